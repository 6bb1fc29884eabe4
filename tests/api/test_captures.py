"""Reserve first, charge later: captures of a freeze, and freezes that end by themselves."""
import datetime
import time


def at(seconds):
    moment = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def fund(admin, user, amount="100.00"):
    assert admin.post(f"/wallets/{user}/deposit", {"amount": amount}).status_code == 200


def freeze(admin, user, **body):
    answer = admin.post(f"/wallets/{user}/freeze", body)
    assert answer.status_code == 200, answer.text
    return answer.body["data"]["freeze"]


def test_capture_in_parts_and_release_the_rest(admin):
    user = "usr_capture"
    fund(admin, user)
    made = freeze(admin, user, amount="60.00", reason="order 7")
    path = f"/wallets/{user}/freezes/{made['id']}/capture"
    part = admin.post(path, {"amount": "25.00", "reference_id": "order-7-a"}).body["data"]
    assert part["transaction"]["type"] == "payment"
    assert part["freeze"]["remaining_amount"] == "35.00"
    assert part["wallet"]["frozen_balance"] == "35.00"
    again = admin.post(path, {"amount": "25.00", "reference_id": "order-7-a"})
    assert again.headers["Idempotency-Replayed"] == "true"
    over = admin.post(path, {"amount": "35.01"})
    assert over.status_code == 409 and "35.00" in over.body["message"]
    tried = admin.post(path + "?dry_run=true", {"amount": "35.00"})
    assert tried.headers["Dry-Run"] == "true"
    assert tried.body["data"]["freeze"]["ended_by"] == "capture"
    released = admin.post(f"/wallets/{user}/unfreeze", {"freeze_id": made["id"]}).body["data"]
    assert released["freeze"]["ended_by"] == "release"
    assert released["freeze"]["captured_amount"] == "25.00"
    assert released["wallet"]["available_balance"] == "75.00"
    assert admin.post(path, {"amount": "1"}).status_code == 409


def test_capture_to_another_user_and_back(admin):
    fund(admin, "usr_capture_from")
    fund(admin, "usr_capture_to", "1.00")
    made = freeze(admin, "usr_capture_from", amount="60.00")
    path = f"/wallets/usr_capture_from/freezes/{made['id']}/capture"
    paid = admin.post(path, {"to_user_id": "usr_capture_to"}).body["data"]
    assert paid["transaction"]["counterparty_id"] == "usr_capture_to"
    assert paid["freeze"]["status"] == "released"
    cancelled = admin.post(f"/wallets/transactions/{paid['transaction']['id']}/cancel", {})
    assert cancelled.body["data"]["refund_amount"] == "60.00"
    assert admin.get("/wallets/usr_capture_to").body["data"]["balance"] == "1.00"
    assert admin.get("/wallets/usr_capture_from").body["data"]["available_balance"] == "100.00"


def test_a_freeze_ends_by_itself(admin):
    user = "usr_expiry"
    fund(admin, user)
    made = freeze(admin, user, amount="60.00", expires_at=at(1.5))
    assert made["status"] == "active" and made["expires_at"]
    for _ in range(100):
        now = admin.get(f"/wallets/{user}/freezes").body["items"][0]
        if now["status"] == "released":
            break
        time.sleep(0.1)
    assert now["ended_by"] == "expiry" and now["released_at"] >= now["expires_at"]
    assert admin.get(f"/wallets/{user}").body["data"]["available_balance"] == "100.00"
    rows = admin.get(f"/wallets/{user}/transactions").body["items"]
    assert rows[0]["type"] == "unfreeze" and rows[0]["amount"] == "60.00"


def test_an_expiry_must_be_to_come(admin):
    fund(admin, "usr_expiry_past")
    path = "/wallets/usr_expiry_past/freeze"
    assert admin.post(path, {"amount": "1", "expires_at": at(-1)}).status_code == 422
    assert admin.post(path, {"amount": "1", "expires_at": "tomorrow"}).status_code == 400
    assert admin.post(path, {"amount": "1", "expires_at": "2099-12-31"}).status_code == 400
