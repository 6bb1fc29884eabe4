"""Withdrawal requests and adjustments that a second person decides on."""

import pytest
from coffer_server import Server
from conftest import Client


@pytest.fixture(scope="module")
def careful(tmp_path_factory):
    """A service where adjustments over 100 need two."""
    server = Server(tmp_path_factory.mktemp("careful"), "--adjust-alone-max", "100").start()
    yield server
    assert server.stop() == 0
    checked = server.verify()
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_a_request_is_paid_at_once_where_nobody_has_to_decide(admin, client_of, user):
    admin.deposit(user, "100.00")
    own = client_of(user)
    asked = own.post(f"/wallets/{user}/withdraw/request",
                     {"amount": "30.00", "remark": "月底提现", "reference_id": "wr-1"})
    assert asked.status_code == 201
    body = asked.body
    assert body["status"] == "auto_approved" and body["id"].startswith("wdr_")
    assert body["data"]["id"] == body["id"] and body["requested_by"] == user
    assert admin.balance(user) == "70.00"
    again = own.post(f"/wallets/{user}/withdraw/request",
                     {"amount": "30.00", "reference_id": "wr-1"})
    assert again.headers["Idempotency-Replayed"] == "true" and again.body["id"] == body["id"]
    listed = own.get(f"/wallets/{user}/withdrawals").body
    assert [item["id"] for item in listed["items"]] == [body["id"]] and listed["total"] == 1
    assert listed["items"][0]["remark"] == "月底提现"
    assert own.post(f"/wallets/transactions/{body['id']}/cancel", {}).status_code == 409
    assert own.get("/admin/wallets/withdrawals").status_code == 403
    mine = admin.get("/admin/wallets/withdrawals?status=auto_approved&page_size=1").body
    assert mine["items"][0]["id"] == body["id"]
    assert admin.get("/admin/wallets/withdrawals?status=approved").status_code == 400
    refunded = admin.post(f"/wallets/{user}/refund", {"transaction_id": body["transaction_id"]})
    assert refunded.status_code == 200 and admin.balance(user) == "100.00"


def test_nothing_of_others(admin, client_of, user):
    admin.deposit(user, "10.00")
    assert client_of(f"{user}_x").post(f"/wallets/{user}/withdraw/request",
                                       {"amount": "1.00"}).status_code == 403
    for path in ("/admin/wallets/withdrawals/wdr_0/approve",
                 "/admin/wallets/adjustments/adj_0/reject"):
        assert admin.post(path, {}).status_code == 404
        assert client_of(user).post(path, {}).status_code == 403


def test_adjusting_by_more_takes_two(careful):
    ann = Client(careful, careful.token("ann", "tnt_a", ["admin"]))
    bob = Client(careful, careful.token("bob", "tnt_a", ["admin"]))
    eve = Client(careful, careful.token("eve", "tnt_b", ["admin"]))
    ann.deposit("usr_two", "10.00")
    path = "/admin/wallets/users/usr_two/adjust"
    small = ann.post(path, {"amount": "100.00", "type": "deposit", "reason": "small"})
    assert small.body["data"]["transaction"]["balance_after"] == "110.00"
    large = ann.post(path, {"amount": "100.01", "type": "deposit", "reason": "large"})
    waits = large.body["data"]["adjustment"]
    assert (waits["status"], waits["type"], waits["requested_by"]) == ("pending", "deposit", "ann")
    assert "transaction" not in large.body["data"] and ann.balance("usr_two") == "110.00"
    decide = f"/admin/wallets/adjustments/{waits['id']}"
    assert ann.post(f"{decide}/approve", {}).status_code == 409
    assert eve.post(f"{decide}/approve", {}).status_code == 404
    pending = bob.get("/admin/wallets/adjustments?status=pending").body
    assert [item["id"] for item in pending["items"]] == [waits["id"]]
    done = bob.post(f"{decide}/approve", {"remark": "已核实", "approved_by": "somebody else"})
    assert done.status_code == 200
    assert (done.body["status"], done.body["decided_by"]) == ("completed", "bob")
    assert ann.balance("usr_two") == "210.01"
    assert bob.post(f"{decide}/reject", {}).status_code == 409
    down = ann.post(path, {"amount": "200.00", "type": "withdraw", "reason": "down"})
    rejected = bob.post(
        f"/admin/wallets/adjustments/{down.body['data']['adjustment']['id']}/reject", {})
    assert rejected.body["status"] == "rejected" and ann.balance("usr_two") == "210.01"
    listed = bob.get("/admin/wallets/adjustments").body
    assert [item["status"] for item in listed["items"]] == ["rejected", "completed"]
