"""Many movements in one request."""


def test_each_movement_has_its_own_outcome(admin):
    body = {"movements": [
        {"type": "deposit", "user_id": "usr_batch_a", "amount": "10.00", "reference_id": "b1"},
        {"type": "withdraw", "user_id": "usr_batch_a", "amount": "11.00"},
        {"type": "deposit", "user_id": "usr_batch_b", "amount": "1.00"},
        {"type": "transfer", "from_user_id": "usr_batch_a", "to_user_id": "usr_batch_b",
         "amount": "4.00", "description": "rent"}]}
    answer = admin.post("/wallets/batch", body)
    assert answer.status_code == 200
    results = answer.body["data"]["results"]
    assert [result["status"] for result in results] == [200, 409, 200, 200]
    assert "10.00 CNY" in results[1]["message"] and "transaction" not in results[1]
    assert results[3]["transaction"]["balance_after"] == "6.00"
    again = admin.post("/wallets/batch", {"movements": body["movements"][:1]}).body["data"]
    assert again["results"][0]["replayed"] is True
    assert again["results"][0]["transaction"] == results[0]["transaction"]
    assert admin.get("/wallets/usr_batch_b/balance").body["balance"] == "5.00"


def test_a_thousand_and_not_one_more(admin):
    movement = {"type": "deposit", "user_id": "usr_thousand", "amount": "0.01"}
    data = admin.post("/wallets/batch", {"movements": [movement] * 1000}).body["data"]
    assert (data["succeeded"], data["failed"]) == (1000, 0)
    assert admin.post("/wallets/batch", {"movements": [movement] * 1001}).status_code == 400
    assert admin.get("/wallets/usr_thousand/balance").body["balance"] == "10.00"
