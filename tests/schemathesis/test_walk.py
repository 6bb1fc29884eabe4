"""Schemathesis walks the description that a real server serves, with every check on.

What it may not complain about stands in schemathesis.toml and exceptions.toml, with reasons."""

import copy
import json
import os
import subprocess
from pathlib import Path

import pytest
import requests
from conftest import APPLICATION, TENANT

HERE = Path(__file__).resolve().parent
EXAMPLES = {"fast": 5, "default": 30, "all": 300}[os.environ.get("COFFER_TEST_SET", "default")]
LINES_MAX = 150


class Walk:
    """One run; `report` is what Schemathesis writes as JSON."""

    def __init__(self, program, server, token, seed, examples, folder, *more, document=None):
        report = folder / "report.json"
        key = (server.data / "internal-api.key").read_text().strip()
        self.command = [
            str(program), "--config-file", str(HERE / "schemathesis.toml"), "run",
            document or f"{server.base}/openapi.json", "--url", server.base, "--checks", "all",
            "--seed", str(seed), "--max-examples", str(examples), "--report-json-path",
            str(report), "--no-color", *more]
        ended = subprocess.run(
            self.command, cwd=folder, capture_output=True, text=True, timeout=3000, check=False,
            env={**os.environ, "COFFER_WALK_TOKEN": token, "COFFER_WALK_KEY": key,
                 "COFFER_WALK_HOOKS": str(HERE / "hooks.py")})
        self.code, self.text = ended.returncode, ended.stdout + ended.stderr
        print(f"COFFER_SEED={seed}", *self.text.splitlines()[-30:], sep="\n")
        assert report.exists(), self.text
        self.report = json.loads(report.read_text())

    def must_be_clean(self, operations):
        tail = "\n".join(self.text.splitlines()[:LINES_MAX])
        assert not self.report["failures"] and not self.report["errors"], tail
        assert self.code == 0, tail
        assert self.report["operations"]["tested"] == operations, tail
        assert self.report["complete"], tail


def served(server, path, **more):
    with requests.Session() as session:
        session.trust_env = False
        return session.request(more.pop("method", "GET"), server.base + path, timeout=20, **more)


def operations_of(description):
    """All but /openapi.json, which Schemathesis leaves out where it was told of it."""
    return sum(len(set(item) & {"get", "put", "post", "delete", "patch"})
               for path, item in description["paths"].items() if path != "/openapi.json")


def fund(server):
    """So that the users that schemathesis.toml names have something to move, and some of their
    withdrawal requests wait for a decision."""
    token = server.token("usr_operator", TENANT, roles=["admin"])
    policy = f"/admin/wallets/tenants/{TENANT}/apps/{APPLICATION}/policy"
    answer = served(server, policy, method="PUT", headers={"Authorization": f"Bearer {token}"},
                    json={"withdrawal_require_review": True, "auto_approve_limit": "10"})
    assert answer.status_code == 200, answer.text
    for user in ("usr_abc123", "usr_xyz456"):
        answer = served(server, f"/wallets/{user}/deposit", method="POST",
                        json={"amount": "1000000"}, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text


@pytest.mark.slow
@pytest.mark.parametrize("who,roles,share", [("usr_operator", ["admin"], 1),
                                             ("usr_abc123", [], 5)])
def test_the_service_does_as_its_description_says(schemathesis, server, seed, tmp_path, who, roles,
                                                  share):
    fund(server)
    token = server.token(who, TENANT, roles=roles)
    walk = Walk(schemathesis, server, token, seed, EXAMPLES // share, tmp_path)
    walk.must_be_clean(operations_of(served(server, "/openapi.json").json()))
    assert server.process.poll() is None


@pytest.mark.slow
def test_a_description_that_lies_is_found(schemathesis, server, seed, tmp_path):
    """The canary: neither the exceptions nor the settings may hide everything."""
    fund(server)
    lie = copy.deepcopy(served(server, "/openapi.json").json())
    answers = lie["paths"]["/wallets/{user_id}/balance"]["get"]["responses"]
    del answers["400"], answers["404"]
    schema = lie["components"]["schemas"]["BalanceResponse"]
    schema["properties"]["balance"] = {"type": "integer"}
    document = tmp_path / "lie.json"
    document.write_text(json.dumps(lie))
    walk = Walk(schemathesis, server, server.token("usr_operator", TENANT, roles=["admin"]), seed,
                20, tmp_path, "--include-path", "/wallets/{user_id}/balance",
                document=str(document))
    found = {failure["type"] for failure in walk.report["failures"]}
    assert {"UndefinedStatusCode", "JsonSchemaError"} <= found, walk.text
