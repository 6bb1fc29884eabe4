"""Frozen and closed wallets, currencies, transfers."""

import pytest


def set_status(admin, wallet, status):
    return admin.put(f"/admin/wallets/{wallet}", {"status": status})


def test_a_frozen_wallet_takes_money_in_only(admin, client_of, user):
    wallet = admin.deposit(user, "10").body["data"]["wallet"]["wallet_id"]
    admin.deposit(user + "_b", "10")
    frozen = set_status(admin, wallet, "frozen")
    assert frozen.body["data"]["status"] == "frozen"
    assert admin.deposit(user, "1").body["data"]["wallet"]["status"] == "frozen"
    into = {"amount": "1", "from_user_id": user + "_b", "to_user_id": user}
    assert admin.post("/wallets/transfer", into).status_code == 200
    out = {"amount": "1", "from_user_id": user, "to_user_id": user + "_b"}
    for path, body in ((f"/wallets/{user}/withdraw", {"amount": "1"}), ("/wallets/transfer", out)):
        response = admin.post(path, body)
        assert (response.status_code, response.body["code"]) == (409, 61060107)
    hold = admin.post(f"/wallets/{user}/freeze", {"amount": "1"})
    assert hold.status_code == 200, "operators may"
    assert admin.post(f"/wallets/{user}/unfreeze",
                      {"freeze_id": hold.body["data"]["freeze"]["id"]}).status_code == 200
    assert set_status(admin, wallet, "active").status_code == 200
    assert client_of(user).post(f"/wallets/{user}/withdraw", {"amount": "1"}).status_code == 200


def test_closing_needs_an_empty_wallet_and_is_final(admin, user):
    wallet = admin.deposit(user, "10").body["data"]["wallet"]["wallet_id"]
    held = admin.post(f"/wallets/{user}/freeze", {"amount": "4"}).body["data"]["freeze"]["id"]
    assert admin.delete(f"/admin/wallets/{wallet}").body["code"] == 61060111
    admin.post(f"/wallets/{user}/unfreeze", {"freeze_id": held})
    full = set_status(admin, wallet, "closed")
    assert full.body["code"] == 61060110 and "10.00 CNY" in full.body["message"]
    admin.post(f"/wallets/{user}/withdraw", {"amount": "10"})
    assert admin.delete(f"/admin/wallets/{wallet}").status_code == 200
    assert admin.delete(f"/admin/wallets/{wallet}").body["code"] == 61060109
    assert set_status(admin, wallet, "active").body["code"] == 61060109
    assert admin.get(f"/wallets/{user}").body["data"]["status"] == "closed"
    assert admin.get(f"/wallets/{user}/transactions").body["total"] == 4
    for verb in ("withdraw", "freeze"):
        response = admin.post(f"/wallets/{user}/{verb}", {"amount": "1"})
        assert (response.status_code, response.body["code"]) == (409, 61060106)
    anew = admin.deposit(user, "3").body["data"]
    assert anew["wallet_opened"] is True and anew["wallet"]["wallet_id"] != wallet
    assert anew["transaction"]["seq"] == 1
    checked = admin.get(f"/admin/wallets/{wallet}/integrity").body["data"]
    assert checked["valid"] is True and checked["total"] == 5


@pytest.mark.parametrize("status", ["", "Active", "deleted", "open"])
def test_unknown_statuses(admin, user, status):
    wallet = admin.deposit(user, "1").body["data"]["wallet"]["wallet_id"]
    assert set_status(admin, wallet, status).status_code == 400


def test_wallets_of_several_currencies(admin, user):
    opened = admin.post("/wallets", {"user_id": user, "currency": "JPY"})
    assert opened.status_code == 201 and opened.body["data"]["balance"] == "0"
    assert admin.post("/wallets", {"user_id": user, "currency": "JPY"}).body["code"] == 61060104
    assert admin.deposit(user, "7").body["data"]["transaction"]["amount"] == "7"
    assert admin.deposit(user, "1.5", currency="USD").body["data"]["wallet_opened"] is True
    unnamed = admin.post(f"/wallets/{user}/deposit", {"amount": "1"})
    assert (unnamed.status_code, unnamed.body["code"]) == (409, 61060103)
    assert admin.deposit(user, "2", currency="CNY").status_code == 200
    assert admin.deposit(user, "3").body["data"]["wallet"]["currency"] == "CNY"
    assert admin.get(f"/wallets/{user}?currency=USD").body["data"]["balance"] == "1.50"
    assert admin.get(f"/wallets/{user}?currency=EUR").status_code == 404
    assert admin.get(f"/wallets/{user}?currency=nope").status_code == 422
    both = admin.post(f"/wallets/{user}/deposit?currency=USD", {"amount": "1", "currency": "CNY"})
    assert (both.status_code, both.body["code"]) == (400, 61060023)


def test_transfers_have_two_sides(admin, user):
    payee = user + "_b"
    admin.deposit(user, "10")
    missing = {"amount": "1", "from_user_id": user, "to_user_id": payee}
    assert admin.post("/wallets/transfer", missing).body["code"] == 61060102
    admin.deposit(payee, "1", currency="USD")
    assert admin.post("/wallets/transfer", missing).body["code"] == 61060102
    admin.deposit(payee, "1", currency="CNY")
    data = admin.post("/wallets/transfer", {**missing, "description": "谢谢"}).body["data"]
    sent, received = data["from_transaction"], data["to_transaction"]
    assert (sent["type"], received["type"]) == ("transfer_out", "transfer_in")
    assert (sent["counterparty_id"], received["counterparty_id"]) == (payee, user)
    assert sent["entry_id"] == received["entry_id"] and sent["id"] != received["id"]
    assert data["from_wallet"]["balance"] == "9.00" and data["to_wallet"]["balance"] == "2.00"
    same = admin.post("/wallets/transfer", {**missing, "to_user_id": user})
    assert (same.status_code, same.body["code"]) == (400, 61060205)
    short = admin.post("/wallets/transfer", {**missing, "amount": "9.01"})
    assert (short.status_code, short.body["code"]) == (409, 61060201)
