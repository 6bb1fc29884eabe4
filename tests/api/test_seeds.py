"""The two documents that the project was created from: every field, every status."""

import re

import pytest

INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")


def test_deposit_answers_every_field(admin, user):
    response = admin.post(f"/wallets/{user}/deposit", {
        "amount": "100.00", "description": "账户充值", "reference_id": "order_123"})
    assert response.status_code == 200
    body = response.body
    assert (body["code"], body["message"]) == (0, "success")
    transaction, wallet = body["data"]["transaction"], body["data"]["wallet"]
    assert body["data"]["wallet_opened"] is True
    assert transaction == {
        **transaction, "amount": "100.00", "balance_before": "0.00", "balance_after": "100.00",
        "counterparty_id": "", "currency": "CNY", "description": "账户充值",
        "reference_id": "order_123", "status": "completed", "type": "deposit", "seq": 1,
        "wallet_id": wallet["wallet_id"]}
    assert wallet == {
        **wallet, "application_id": "app_test", "balance": "100.00", "currency": "CNY",
        "frozen_balance": "0.00", "available_balance": "100.00", "status": "active",
        "tenant_id": "tnt_a", "user_id": user}
    for text in (transaction["created_at"], wallet["created_at"], wallet["updated_at"],
                 body["timestamp"]):
        assert INSTANT.match(text)


def test_withdraw_answers_every_field(admin, client_of, user):
    admin.deposit(user, "1000.00")
    response = client_of(user).post(f"/wallets/{user}/withdraw", {
        "amount": "50.00", "description": "余额提现", "reference_id": "withdraw_123"})
    assert response.status_code == 200
    transaction, wallet = response.body["data"]["transaction"], response.body["data"]["wallet"]
    assert transaction == {
        **transaction, "amount": "50.00", "balance_before": "1000.00", "balance_after": "950.00",
        "counterparty_id": "", "currency": "CNY", "description": "余额提现",
        "reference_id": "withdraw_123", "status": "completed", "type": "withdraw", "seq": 2}
    assert wallet["balance"] == "950.00"
    assert wallet["updated_at"] == transaction["created_at"]


@pytest.mark.parametrize("verb", ["deposit", "withdraw"])
def test_statuses(admin, server, client_of, user, verb):
    from conftest import Client
    admin.deposit(user, "5.00", reference_id="r")
    path = f"/wallets/{user}/{verb}"
    assert admin.post(path, {"amount": "1.00", "colour": "red"}).status_code == 400
    assert Client(server).post(path, {"amount": "1.00"}).status_code == 401
    assert client_of("usr_stranger").post(path, {"amount": "1.00"}).status_code == 403
    assert admin.post(path, {"amount": "0.001"}).status_code == 422
    if verb == "withdraw":
        short = admin.post(path, {"amount": "5.01"})
        assert short.status_code == 409
        assert "5.00 CNY" in short.body["message"] and "5.01 CNY" in short.body["message"]
        assert admin.post("/wallets/nobody/withdraw", {"amount": "1"}).body["code"] == 61060101
    else:
        assert admin.post(path, {"amount": "6.00", "reference_id": "r"}).status_code == 409
    assert admin.balance(user) == "5.00"


@pytest.mark.parametrize("base", ["", "/api/v1", "/wallet/api/v1", "/bff/wallet/api/v1",
                                  "/bff/wallet-service/api/v1"])
def test_base_paths(admin, user, base):
    assert admin.post(f"{base}/wallets/{user}/deposit", {"amount": "1"}).status_code == 200
    assert admin.get(f"{base}/wallets/{user}").body["data"]["balance"] == "1.00"
