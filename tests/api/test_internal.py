"""The routes for other services of the operator."""

import pytest
from conftest import Client


@pytest.fixture(scope="module")
def service_of(server):
    """A client with the key that --dev makes, for one tenant."""
    key = (server.data / "internal-api.key").read_text().strip()

    class Caller(Client):
        def call(self, method, path, headers=None, **more):
            headers = {"X-API-Key": key, "X-Tenant-ID": "tnt_a", **(headers or {})}
            return super().call(method, path, headers=headers, **more)
    return Caller(server)


def test_balance_for_another_service(admin, service_of):
    admin.deposit("usr_inner", "12.50")
    answer = service_of.get("/internal/wallet/balance?user_id=usr_inner")
    assert answer.status_code == 200
    assert answer.body["balance"] == "12.50" and answer.body["data"]["balance"] == "12.50"
    assert service_of.get("/internal/wallet/balance?user_id=usr_nobody").status_code == 404
    assert service_of.get("/internal/wallet/balance").status_code == 400
    other = service_of.get("/internal/wallet/balance?user_id=usr_inner",
                           headers={"X-Tenant-ID": "tnt_b"})
    assert other.status_code == 404


def test_wrong_keys(admin, service_of):
    path = "/internal/wallet/balance?user_id=usr_inner"
    assert admin.get(path).status_code == 401
    assert service_of.get(path, headers={"X-API-Key": "wrong"}).status_code == 401


def test_runtime(admin, service_of):
    admin.deposit("usr_inner", "0.01")
    first = service_of.get("/internal/runtime").body["data"]
    assert first["service"] == "coffer" and first["healthy"] and first["writable"]
    admin.deposit("usr_inner", "0.01")
    second = service_of.get("/internal/runtime").body["data"]
    assert second["head"]["sequence"] > first["head"]["sequence"]
    assert second["records"] > first["records"] and second["wallets"] >= 1
