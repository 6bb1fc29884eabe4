"""?dry_run=true: what would happen, and nothing of it."""

import pytest

ZEROS = "0" * 26


def test_what_would_happen(admin, user):
    path = f"/wallets/{user}/deposit?dry_run=true"
    would = admin.post(path, {"amount": "10.00", "reference_id": "dry-1"})
    assert would.status_code == 200 and would.headers["Dry-Run"] == "true"
    data = would.body["data"]
    assert data["wallet_opened"] and data["transaction"]["balance_after"] == "10.00"
    assert data["transaction"]["id"] == "txn_" + ZEROS
    assert data["wallet"]["wallet_id"] == "wlt_" + ZEROS and data["wallet"]["user_id"] == user
    assert admin.get(f"/wallets/{user}").status_code == 404

    done = admin.post(f"/wallets/{user}/deposit?dry_run=false",
                      {"amount": "10.00", "reference_id": "dry-1"})
    assert done.status_code == 200 and "Dry-Run" not in done.headers
    again = admin.post(path, {"amount": "10.00", "reference_id": "dry-1"})
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.body["data"] == done.body["data"]


def test_the_rule_that_would_refuse_it(admin, user):
    admin.deposit(user, "10.00")
    would = admin.post(f"/wallets/{user}/withdraw?dry_run=true", {"amount": "10.01"},
                       headers={"Idempotency-Key": f"dry-{user}"})
    assert would.status_code == 409 and would.headers["Dry-Run"] == "true"
    assert "available 10.00 CNY" in would.body["message"]
    # Nothing was kept under the key.
    done = admin.post(f"/wallets/{user}/withdraw", {"amount": "10.00"},
                      headers={"Idempotency-Key": f"dry-{user}"})
    assert done.status_code == 200 and "Idempotency-Replayed" not in done.headers
    seen = admin.post(f"/wallets/{user}/withdraw?dry_run=true", {"amount": "10.00"},
                      headers={"Idempotency-Key": f"dry-{user}"})
    assert seen.headers["Idempotency-Replayed"] == "true" \
        and seen.body["data"] == done.body["data"]


def test_a_refund(admin, user):
    paid = admin.deposit(user, "10.00").body["data"]["transaction"]
    would = admin.post(f"/wallets/{user}/refund?dry_run=true", {"transaction_id": paid["id"]})
    assert would.body["data"]["wallet"]["balance"] == "0.00"
    assert admin.balance(user) == "10.00"


@pytest.mark.parametrize("path,body", [
    ("/wallets/batch?dry_run=true",
     {"movements": [{"type": "deposit", "user_id": "usr_dry", "amount": "1"}]}),
    ("/admin/wallets/batch-freeze?dry_run=true", {"user_ids": ["usr_dry"]}),
    ("/wallets/usr_dry/deposit?dry_run=yes", {"amount": "1.00"}),
])
def test_what_is_no_dry_run_does_nothing(admin, path, body):
    assert admin.post(path, body).status_code == 400
    assert admin.get("/wallets/usr_dry").status_code == 404
