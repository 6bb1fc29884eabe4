"""GET /admin/ledger/head, held against the description like every answer."""

import pytest


def test_the_head_moves_with_what_is_written(admin, user):
    first = admin.get("/admin/ledger/head").body["data"]
    assert admin.get("/admin/ledger/head").body["data"] == first
    admin.deposit(user, "1")
    second = admin.get("/bff/wallet/api/v1/admin/ledger/head").body["data"]
    assert second["sequence"] > first["sequence"] and second["time"] >= first["time"]
    assert second["hash"] != first["hash"] and second["signature"] != first["signature"]
    for name in ("book", "epoch", "public_key"):
        assert second[name] == first[name]


@pytest.mark.parametrize("rights", [{}, {"permissions": ["wallet:read"]}, {"roles": ["user"]}])
def test_it_needs_wallet_admin(client_of, user, rights):
    refused = client_of(user, **rights).get("/admin/ledger/head")
    assert (refused.status_code, refused.body["code"]) == (403, 61060404)


def test_it_can_only_be_read(admin, client_of, user):
    operator = client_of(user, permissions=["wallet:admin"])
    assert operator.get("/admin/ledger/head").status_code == 200
    assert admin.post("/admin/ledger/head").status_code == 405
    assert admin.get("/admin/ledger").status_code == 404
    assert admin.get("/admin/ledger/head", headers={"X-Tenant-ID": "other"}).status_code == 400
