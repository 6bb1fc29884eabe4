"""Freezes of many users in one request, and their release."""


def deposited(admin, *users):
    for user in users:
        assert admin.post(f"/wallets/{user}/deposit", {"amount": "100.00"}).status_code == 200


def frozen(admin, user):
    return admin.get(f"/wallets/{user}").body["data"]["frozen_balance"]


def test_freeze_many_and_release_them(admin):
    users = ["usr_lists_a", "usr_lists_b"]
    deposited(admin, *users)
    body = {"user_ids": [*users, "usr_lists_nobody"], "amount": "40.00", "reason": "审查"}
    answer = admin.post("/admin/wallets/batch-freeze", body)
    assert answer.status_code == 200
    data = answer.body["data"]
    assert data["frozen_count"] == 2
    assert [freeze["user_id"] for freeze in data["freezes"]] == users
    assert [failure["user_id"] for failure in data["failures"]] == ["usr_lists_nobody"]
    assert [frozen(admin, user) for user in users] == ["40.00", "40.00"]

    ids = [freeze["freeze_id"] for freeze in data["freezes"]]
    released = admin.post("/admin/wallets/batch-unfreeze",
                          {"freeze_ids": [ids[0], "frz_nothing", ids[1]], "reason": "ok"})
    assert released.status_code == 200
    data = released.body["data"]
    assert (data["total"], data["succeeded"], data["failed"]) == (3, 2, 1)
    assert data["errors"][0].startswith("frz_nothing: ")
    assert [frozen(admin, user) for user in users] == ["0.00", "0.00"]


def test_all_that_is_available(admin):
    deposited(admin, "usr_lists_all")
    assert admin.post("/wallets/usr_lists_all/freeze", {"amount": "30.00"}).status_code == 200
    data = admin.post("/admin/wallets/batch-freeze", {"user_ids": ["usr_lists_all"]}).body["data"]
    assert data["freezes"][0]["amount"] == "70.00"
    assert admin.get("/wallets/usr_lists_all/balance").body["available_balance"] == "0.00"


def test_a_freeze_record_is_released_and_stays_in_the_list(admin):
    deposited(admin, "usr_lists_delete")
    made = admin.post("/wallets/usr_lists_delete/freeze", {"amount": "30.00"}).body["data"]
    path = f"/admin/wallets/freeze-records/{made['freeze']['id']}"
    assert admin.delete(path).status_code == 200
    assert admin.delete(path).status_code == 409
    assert admin.delete("/admin/wallets/freeze-records/frz_1").status_code == 404
    items = admin.get("/wallets/usr_lists_delete/freezes").body["items"]
    assert [item["status"] for item in items] == ["released"]


def test_an_empty_amount_does_not_mean_everything(admin):
    deposited(admin, "usr_lists_empty")
    answer = admin.post("/admin/wallets/batch-freeze",
                        {"user_ids": ["usr_lists_empty"], "amount": ""})
    assert (answer.status_code, answer.body["code"]) == (400, 61060010)
    assert frozen(admin, "usr_lists_empty") == "0.00"
