"""Adjustments, refunds, cancelling: the operator gives back and corrects."""

import pytest
from conftest import Client


def row(answer):
    assert answer.status_code == 200, answer.text
    return answer.body["data"]["transaction"]


def withdrawn(admin, user, amount):
    return row(admin.post(f"/wallets/{user}/withdraw", {"amount": amount}))


def balances(admin, *users):
    return [admin.balance(user) for user in users]


def test_a_withdrawal_is_refunded_in_parts_and_never_by_more(admin, user):
    admin.deposit(user, "100.00")
    paid = withdrawn(admin, user, "40.00")
    refund = {"transaction_id": paid["id"], "amount": "15.00", "reason": "退货",
              "reference_id": "REF-001"}
    first = admin.post(f"/wallets/{user}/refund", refund)
    made = row(first)
    assert (made["type"], made["amount"], made["refund_of"]) == ("refund", "15.00", paid["id"])
    assert (made["balance_before"], made["balance_after"]) == ("60.00", "75.00")
    assert made["description"] == "退货" and made["reference_id"] == "REF-001"

    again = admin.post(f"/wallets/{user}/refund", refund)
    assert again.headers["Idempotency-Replayed"] == "true" and row(again) == made
    other = admin.post(f"/wallets/{user}/refund", {**refund, "amount": "15.01"})
    assert other.status_code == 409

    too_much = admin.post(f"/wallets/{user}/refund",
                          {"transaction_id": paid["id"], "amount": "25.01"})
    assert too_much.status_code == 409 and "25.00 CNY is left" in too_much.body["message"]
    assert admin.post(f"/wallets/{user}/refund",
                      {"transaction_id": paid["id"], "amount": ""}).status_code == 400
    rest = row(admin.post(f"/wallets/{user}/refund", {"transaction_id": paid["id"]}))
    assert rest["amount"] == "25.00" and admin.balance(user) == "100.00"
    assert admin.post(f"/wallets/{user}/refund",
                      {"transaction_id": paid["id"]}).status_code == 409

    listed = admin.get(f"/wallets/{user}/transactions").body["items"]
    assert [item["type"] for item in listed] == ["refund", "refund", "withdraw", "deposit"]
    assert listed[2]["refunded_amount"] == "40.00" and listed[2]["status"] == "completed"
    only = admin.get(f"/wallets/{user}/transactions?type=refund").body
    assert only["total"] == 2


# covers: D12
def test_what_comes_too_early_spoils_nothing(admin, user):
    """The refund overtakes its deposit; sent again under the same reference it works."""
    admin.deposit(user, "1.00")
    early = "txn_01M801RMDB5RJGR9HA54C8ZA7P"
    body = {"transaction_id": early, "reference_id": "early"}
    assert admin.post(f"/wallets/{user}/refund", body).status_code == 404
    assert admin.post(f"/wallets/transactions/{early}/cancel", {"reason": "x"}).status_code == 404
    paid = admin.deposit(user, "5.00").body["data"]["transaction"]
    made = row(admin.post(f"/wallets/{user}/refund", {**body, "transaction_id": paid["id"]}))
    assert made["refund_of"] == paid["id"] and admin.balance(user) == "1.00"


def test_whose_transaction_it_is(admin, client_of, user):
    other = f"{user}_other"
    admin.deposit(user, "10.00")
    paid = admin.deposit(other, "10.00").body["data"]["transaction"]
    body = {"transaction_id": paid["id"]}
    assert admin.post(f"/wallets/{user}/refund", body).status_code == 404
    foreign = client_of("boss", tenant="tnt_b", roles=["admin"])
    foreign.deposit(other, "1.00")
    theirs = foreign.post(f"/wallets/{other}/refund", body)
    missing = foreign.post(f"/wallets/{other}/refund", {"transaction_id": "txn_nothing"})
    assert (theirs.status_code, theirs.body["message"]) == (404, missing.body["message"])
    assert foreign.post(f"/wallets/transactions/{paid['id']}/cancel", {}).status_code == 404


def test_its_owner_may_not_give_money_back(admin, client_of, user):
    """Played with the user's own token: every balance is what it was."""
    friend, own = f"{user}_friend", client_of(user)
    admin.deposit(user, "100.00")
    admin.deposit(friend, "5.00")
    paid = row(own.post(f"/wallets/{user}/withdraw", {"amount": "40.00"}))
    sent = own.post("/wallets/transfer",
                    {"from_user_id": user, "to_user_id": friend, "amount": "10.00"}).body["data"]
    before = balances(admin, user, friend)
    for transaction in (paid["id"], sent["from_transaction"]["id"], sent["to_transaction"]["id"]):
        assert own.post(f"/wallets/transactions/{transaction}/cancel", {}).status_code == 403
        assert own.post(f"/wallets/{user}/refund",
                        {"transaction_id": transaction}).status_code == 403
    assert balances(admin, user, friend) == before


def test_cancelling_shows_the_original_as_cancelled(admin, user):
    friend = f"{user}_friend"
    admin.deposit(user, "50.00")
    admin.deposit(friend, "1.00")
    sent = admin.post("/wallets/transfer", {"from_user_id": user, "to_user_id": friend,
                                            "amount": "30.00"}).body["data"]
    path = f"/wallets/transactions/{sent['to_transaction']['id']}/cancel"
    cancelled = admin.post(path, {"reason": "Duplicate order"})
    data = cancelled.body["data"]
    assert (data["cancelled"], data["refund_amount"]) == (True, "30.00")
    assert balances(admin, user, friend) == ["50.00", "1.00"]
    assert admin.post(path, {}).status_code == 409
    for owner, kind in ((user, "transfer_out"), (friend, "transfer_in")):
        listed = admin.get(f"/wallets/{owner}/transactions?status=cancelled").body
        assert [item["type"] for item in listed["items"]] == [kind]
        assert listed["items"][0]["status"] == "cancelled" and listed["total"] == 1
        completed = admin.get(f"/wallets/{owner}/transactions?status=completed").body
        assert [item["type"] for item in completed["items"]] == ["refund", "deposit"]


@pytest.mark.parametrize("path", ["/admin/wallets/users/{}/adjust", "/admin/wallets/{}/adjust"])
def test_an_adjustment_says_why(admin, client_of, user, path):
    admin.deposit(user, "10.00")
    path = path.format(user)
    body = {"amount": "2.50", "type": "deposit", "reason": "对账差额"}
    made = row(admin.post(path, body))
    assert (made["type"], made["balance_after"], made["description"]) == \
        ("adjustment", "12.50", "对账差额")
    made = row(admin.post(path, {**body, "type": "withdraw"}))
    assert (made["balance_before"], made["balance_after"]) == ("12.50", "10.00")
    assert admin.post(path, {**body, "type": "withdraw", "amount": "10.01"}).status_code == 409
    assert admin.post(path, {"amount": "1", "type": "deposit"}).status_code == 400
    assert admin.post(path, {**body, "type": "up"}).status_code == 400
    assert admin.post(path, {**body, "amount": "-1"}).status_code == 422
    assert client_of(user).post(path, body).status_code == 403


@pytest.mark.parametrize("path", ["/internal/wallet/refund", "/internal/wallets/refund"])
def test_another_service_refunds(server, admin, user, path):
    key = (server.data / "internal-api.key").read_text().strip()
    service = Client(server)
    headers = {"X-API-Key": key, "X-Tenant-ID": "tnt_a"}
    admin.deposit(user, "20.00")
    paid = withdrawn(admin, user, "20.00")
    body = {"transaction_id": paid["id"], "amount": "5.00", "reference_id": "billing-1"}
    made = row(service.post(path, body, headers=headers))
    assert made["balance_after"] == "5.00"
    # One reference guards the effect, whichever route it comes by.
    again = admin.post(f"/wallets/{user}/refund", body)
    assert again.headers["Idempotency-Replayed"] == "true" and row(again) == made
    assert service.post(path, body, headers={**headers, "X-API-Key": "no"}).status_code == 401
    elsewhere = service.post(path, body, headers={**headers, "X-Tenant-ID": "tnt_b"})
    assert elsewhere.status_code == 404
    keyed = {**headers, "Idempotency-Key": f"key-{user}-{path}"}
    first = service.post(path, {"transaction_id": paid["id"]}, headers=keyed)
    assert row(first)["amount"] == "15.00"
    assert row(service.post(path, {"transaction_id": paid["id"]}, headers=keyed)) == row(first)
