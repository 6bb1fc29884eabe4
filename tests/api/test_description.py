"""The description itself: served as it is written, complete, and sound."""

import contract


def test_is_served_with_the_error_table(admin):
    served = admin.get("/openapi.json").json()
    errors = served.pop("x-errors")
    assert served == contract.SPEC
    assert {row["code"] for row in errors.values()} == set(contract.ERRORS)


def walk(node, path="#"):
    yield path, node
    if isinstance(node, dict):
        for key, value in node.items():
            yield from walk(value, f"{path}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, f"{path}/{index}")


def test_references_lead_somewhere():
    for path, node in walk(contract.SPEC):
        if isinstance(node, dict) and "$ref" in node:
            assert contract.resolve(node), path


def test_every_field_has_a_description_and_an_example():
    for name, schema in contract.SPEC["components"]["schemas"].items():
        for field, definition in schema.get("properties", {}).items():
            definition = contract.resolve(definition)
            assert definition.get("description") or definition["type"] == "object", (name, field)
            leaf = definition["type"] not in ("object", "array")
            assert not leaf or "examples" in definition, f"{name}.{field} has no example"


def test_examples_fit_their_schemas():
    for path, node in walk(contract.SPEC["components"]["schemas"]):
        if isinstance(node, dict) and "examples" in node and "type" in node:
            for example in node["examples"]:
                contract.check_schema({k: v for k, v in node.items() if k != "examples"}, example)


def test_every_operation_tells_its_errors():
    for path, operations in contract.SPEC["paths"].items():
        for method, operation in operations.items():
            if operation.get("security") == []:
                continue
            expected = {"400", "401", "403", "429", "500", "503"}
            if "requestBody" in operation:
                expected |= {"413", "415"}
            assert expected <= set(operation["responses"]), (method, path)
            for parameter in map(contract.resolve, operation["parameters"]):
                assert parameter["description"] and "example" in parameter, (path, parameter)


def test_what_needs_no_token(server):
    from conftest import Client
    anybody = Client(server)
    for path in ("/livez", "/readyz", "/healthz"):
        assert anybody.get(path).body["data"] == {"status": "ok"}
    assert "coffer_" in anybody.get("/metrics").text
    assert anybody.get("/nowhere").body["code"] == 61060001
    wrong = anybody.get("/wallets/u/deposit")
    assert wrong.status_code == 405 and "POST" in wrong.headers["Allow"]
