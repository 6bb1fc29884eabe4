"""Other tenants' objects do not exist; a plain user has only what is his. faults.md 7.2."""

import pytest


@pytest.fixture(scope="module")
def other(client_of):
    return client_of("usr_admin", tenant="tnt_b", roles=["admin"])


def without_time(response):
    body = dict(response.body)
    del body["timestamp"]
    return response.status_code, body


def flip(public_id):
    return public_id[:-1] + ("1" if public_id[-1] == "0" else "0")


# covers: S06
def test_ids_of_others_look_like_missing_ones(admin, other, user):
    wallet = admin.deposit(user, "10").body["data"]["wallet"]["wallet_id"]
    hold = admin.post(f"/wallets/{user}/freeze", {"amount": "1"}).body["data"]["freeze"]["id"]
    for method, path, body in (
            ("GET", "/admin/wallets/{}/integrity", None),
            ("PUT", "/admin/wallets/{}", {"status": "frozen"}),
            ("DELETE", "/admin/wallets/{}", None)):
        foreign = other.call(method, path.format(wallet), body)
        assert without_time(foreign) == without_time(other.call(method, path.format(flip(wallet)),
                                                                body))
        assert foreign.status_code == 404
        assert without_time(foreign) == without_time(other.call(method, path.format("nonsense"),
                                                                body))
    for freeze_id in (hold, flip(hold), "frz_", "x"):
        response = other.post(f"/wallets/{user}/unfreeze", {"freeze_id": freeze_id})
        assert (response.status_code, response.body["code"]) == (404, 61060203)
    for path in ("", "/balance", "/transactions", "/freezes", "/balance-history"):
        assert without_time(other.get(f"/wallets/{user}{path}")) == without_time(
            other.get(f"/wallets/missing{path}"))


def test_money_does_not_cross(admin, other, user):
    admin.deposit(user, "10")
    mine = other.deposit(user + "_b", "5")
    assert mine.status_code == 200
    for pair in ((user, user + "_b"), (user + "_b", user)):
        for client in (admin, other):
            response = client.post("/wallets/transfer", {
                "amount": "1", "from_user_id": pair[0], "to_user_id": pair[1]})
            assert response.status_code == 404
    assert admin.balance(user) == "10.00"
    assert other.balance(user + "_b") == "5.00"


def test_a_canary_never_crosses(admin, other, user):
    admin.deposit(user, "10", description="canary-7391", reference_id="canary-7392")
    other.deposit(user, "1")
    for path in ("", "/balance", "/transactions", "/freezes", "/balance-history",
                 "/transactions?type=deposit&page_size=100"):
        text = other.get(f"/wallets/{user}{path}").text
        assert "canary" not in text and "tnt_a" not in text


def test_the_tenant_header_must_agree(admin, user):
    admin.deposit(user, "1")
    assert admin.get(f"/wallets/{user}", headers={"X-Tenant-ID": "tnt_a"}).status_code == 200
    wrong = admin.get(f"/wallets/{user}", headers={"X-Tenant-ID": "tnt_b"})
    assert (wrong.status_code, wrong.body["code"]) == (400, 61060406)


def test_a_plain_user_has_only_what_is_his(admin, client_of, user):
    wallet = admin.deposit(user, "10").body["data"]["wallet"]["wallet_id"]
    me, stranger = client_of(user), client_of(user + "_stranger")
    for path in ("", "/balance", "/transactions", "/freezes", "/balance-history"):
        assert me.get(f"/wallets/{user}{path}").status_code == 200
        assert stranger.get(f"/wallets/{user}{path}").status_code == 403
        assert stranger.get(f"/wallets/missing{path}").status_code == 403
    assert me.post(f"/wallets/{user}/withdraw", {"amount": "1"}).status_code == 200
    assert me.post("/wallets", {"user_id": user, "currency": "USD"}).status_code == 201
    for client in (me, stranger):
        for path, body in ((f"/wallets/{user}/deposit", {"amount": "1"}),
                           (f"/wallets/{user}/freeze", {"amount": "1"}),
                           (f"/wallets/{user}/unfreeze", {"freeze_id": "frz_x"})):
            assert client.post(path, body).status_code == 403
        assert client.put(f"/admin/wallets/{wallet}", {"status": "frozen"}).status_code == 403
        assert client.delete(f"/admin/wallets/{wallet}").status_code == 403
        assert client.get(f"/admin/wallets/{wallet}/integrity").status_code == 403
    for path, body in ((f"/wallets/{user}/withdraw", {"amount": "1"}),
                       ("/wallets", {"user_id": user}),
                       ("/wallets/transfer", {"amount": "1", "from_user_id": user,
                                              "to_user_id": user + "_stranger"})):
        assert stranger.post(path, body).status_code == 403


def test_permissions_stand_in_for_the_role(client_of, user):
    depositor = client_of("svc", permissions=["wallet:deposit"])
    assert depositor.post(f"/wallets/{user}/deposit", {"amount": "1"}).status_code == 200
    refused = depositor.post(f"/wallets/{user}/withdraw", {"amount": "1"})
    assert refused.status_code == 403
    assert 'scope="wallet:withdraw"' in refused.headers["WWW-Authenticate"]
    reader = client_of("svc2", permissions=["wallet:read"])
    assert reader.get(f"/wallets/{user}").status_code == 200


def test_a_payer_does_not_learn_what_the_payee_has(admin, client_of, user):
    payee = user + "_payee"
    admin.deposit(user, "10")
    admin.deposit(payee, "777")
    response = client_of(user).post("/wallets/transfer", {
        "amount": "1", "from_user_id": user, "to_user_id": payee})
    assert response.status_code == 200
    assert "778" not in response.text
    assert response.body["data"]["to_wallet"]["balance"] == ""
    assert response.body["data"]["from_wallet"]["balance"] == "9.00"
