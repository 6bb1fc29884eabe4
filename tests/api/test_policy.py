"""The policy of an application, over the wire and through a restart of its readers."""

import uuid


def path_of(app):
    return f"/admin/wallets/tenants/tnt_a/apps/{app}/policy"


def test_a_policy_is_set_read_changed_and_removed(admin):
    path = path_of(f"app_{uuid.uuid4().hex}")
    assert admin.get(path).body["code"] == 61060430
    sent = {"max_balance": 100000, "min_withdraw_amount": "10.00", "daily_withdraw_limit": 5000.5,
            "monthly_withdraw_limit": 50000, "auto_approve_limit": 1000,
            "supported_currencies": "CNY,USD", "timezone": "Asia/Shanghai",
            "transfer_enabled": True, "withdrawal_require_review": True, "idempotency_ttl": 3600,
            "default_list_page_size": 50, "export_page_size": 500, "quote_cache_ttl": 10,
            "internal_client_timeout": 3, "rate_limit_per_min": 60, "rate_limit_per_hour": 600}
    assert admin.put(path, {**sent, "id": "x", "created_at": "now"}).status_code == 200
    found = admin.get(path)
    assert found.status_code == 200
    for place in (found.body, found.body["data"]):
        assert place["daily_withdraw_limit"] == "5000.50"
        assert place["min_withdraw_amount"] == "10.00"
        assert place["supported_currencies"] == "CNY,USD"
        assert (place["rate_limit_per_min"], place["transfer_enabled"]) == (60, True)
        assert set(sent) == set(place["own_fields"])
    assert admin.put(path, {"transfer_enabled": False}).status_code == 200
    changed = admin.get(path).body
    assert (changed["transfer_enabled"], changed["version"]) == (False, 2)
    assert changed["max_balance"] == "100000.00"
    assert admin.delete(path).status_code == 200
    assert admin.get(path).status_code == 404
    assert admin.delete(path).status_code == 404


def test_what_is_wrong_is_named(admin):
    path = path_of("app_wrong")
    for body, status, code in (({"max_balance": [1]}, 400, 61060440),
                               ({"transfer_enabled": "yes"}, 400, 61060441),
                               ({"max_balance": -1}, 422, 61060442),
                               ({"supported_currencies": "CNY,???"}, 422, 61060443),
                               ({"timezone": "Nowhere"}, 422, 61060444),
                               ({"rate_limit_per_min": 1.5}, 400, 61060018),
                               ({"limit": 1}, 400, 61060006)):
        answer = admin.put(path, body)
        assert (answer.status_code, answer.body["code"]) == (status, code)
        assert next(iter(body)) in answer.body["message"]
