"""A server for each module, and a client that holds every response against the description."""

import itertools
import json
import sys
from pathlib import Path

import pytest
import requests

sys.path.insert(0, str(Path(__file__).resolve().parent))
import contract  # noqa: E402
from coffer_server import Server  # noqa: E402

NUMBERS = itertools.count(1)


class Client:
    """Asks as one principal. Every answer is checked; `body` is the parsed JSON."""

    def __init__(self, server, token=None):
        self.server, self.token = server, token
        self.session = requests.Session()
        self.session.trust_env = False

    def call(self, method, path, body=None, headers=None, raw=None):
        headers = dict(headers or {})
        if self.token is not None:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        data = raw
        if body is not None:
            data = json.dumps(body, ensure_ascii=False).encode()
        if data is not None:
            headers.setdefault("Content-Type", "application/json")
        response = self.session.request(method, self.server.base + path, data=data,
                                        headers=headers, timeout=20)
        response.body = contract.check(method, path, response)
        return response

    def get(self, path, **more):
        return self.call("GET", path, **more)

    def post(self, path, body=None, **more):
        return self.call("POST", path, body, **more)

    def put(self, path, body=None, **more):
        return self.call("PUT", path, body, **more)

    def delete(self, path, **more):
        return self.call("DELETE", path, **more)

    def deposit(self, user, amount, **more):
        response = self.post(f"/wallets/{user}/deposit", {"amount": amount, **more})
        assert response.status_code == 200, response.text
        return response

    def balance(self, user):
        response = self.get(f"/wallets/{user}/balance")
        assert response.status_code == 200, response.text
        return response.body["balance"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("book")).start()
    yield server
    if server.process.poll() is None:
        assert server.stop() == 0, "SIGTERM ends with 0"
    checked = server.verify()
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.fixture(scope="module")
def admin(server):
    return Client(server, server.token(roles=["admin"]))


@pytest.fixture(scope="module")
def client_of(server):
    """client_of("usr_x"): a plain user; tenant, roles and permissions may be named."""
    clients = {}

    def make(user, tenant="tnt_a", roles=(), permissions=()):
        key = (user, tenant, tuple(roles), tuple(permissions))
        if key not in clients:
            clients[key] = Client(server, server.token(user, tenant, roles, permissions))
        return clients[key]

    return make


@pytest.fixture
def user():
    """A user id that no other test has."""
    return f"usr_{next(NUMBERS)}"
