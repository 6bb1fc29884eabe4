"""Holds responses against api/openapi.yaml and api/errors.yaml. Nothing may be undocumented: not a
status, not a field, not a content type."""

import copy
import json
from pathlib import Path

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parents[2]
SPEC = yaml.safe_load((ROOT / "api/openapi.yaml").read_text(encoding="utf-8"))
ERRORS = {row["code"]: row
          for row in yaml.safe_load((ROOT / "api/errors.yaml").read_text(encoding="utf-8"))}
BASES = [server["url"].rstrip("/") for server in SPEC["servers"]]


def closed(schema):
    """The same schema, without room for fields that it does not name."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: closed(value) for key, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        schema.setdefault("additionalProperties", False)
    return schema


COMPONENTS = closed(copy.deepcopy(SPEC["components"]))


def resolve(node):
    while isinstance(node, dict) and "$ref" in node:
        parts = node["$ref"].removeprefix("#/").split("/")
        node = SPEC
        for part in parts:
            node = node[part]
    return node


def operation_of(method, path):
    """The operation and its path in the description, literals before parameters."""
    path = path.split("?")[0]
    for base in sorted(BASES, key=len, reverse=True):
        if base and path.startswith(base + "/"):
            path = path[len(base):]
            break
    method = "get" if method == "HEAD" else method.lower()
    segments = path.split("/")
    matches = []
    for pattern in SPEC["paths"]:
        wanted = pattern.split("/")
        if len(wanted) == len(segments) and all(
                want == have or (want.startswith("{") and have)
                for want, have in zip(wanted, segments)):
            matches.append((pattern.count("{"), pattern))
    if not matches:
        return None
    return SPEC["paths"][min(matches)[1]].get(method)


def check_schema(schema, document):
    jsonschema.Draft202012Validator(
        {**schema, "components": COMPONENTS},
        format_checker=jsonschema.FormatChecker()).validate(document)


def check_error(response, document):
    row = ERRORS[document["code"]]
    assert row["status"] == response.status_code, f"{document} with {response.status_code}"
    headers = response.headers
    if response.status_code == 401:
        assert headers["WWW-Authenticate"].split()[0] in ("Bearer", "ApiKey")
    if response.status_code in (429, 503):
        assert int(headers["Retry-After"]) >= 1
    if response.status_code == 405:
        assert headers["Allow"]
    message = document.get("message") or document["detail"]
    assert "{" not in message and len(message) > 5, message


def check(method, path, response):
    """Raises when the response is not as documented. Returns the parsed body, if any."""
    if method == "HEAD" or response.status_code == 204:
        assert response.content == b""
        return None
    kind = response.headers["Content-Type"].split(";")[0]
    if kind == "text/plain":
        return None
    document = json.loads(response.content.decode("utf-8"))
    operation = operation_of(method, path)
    status = str(response.status_code)
    if operation is None or status in ("405", "408", "414", "431"):
        assert status in ("400", "404", "405", "408", "414", "431"), f"{method} {path}: {status}"
        content = resolve(SPEC["components"]["responses"]["BadRequest"])["content"]
    else:
        assert status in operation["responses"], f"{method} {path}: {status} is not documented"
        content = resolve(operation["responses"][status])["content"]
    assert kind in content, f"{method} {path}: {kind} is not documented for {status}"
    if path.split("?")[0] != "/openapi.json":
        check_schema(content[kind]["schema"], document)
    if response.status_code >= 400:
        check_error(response, document)
    return document
