"""Bad input over real HTTP; the balance stays. The long tables are beside the code in src/api."""

import pytest

AMOUNTS_422 = ["0", "0.00", "-1", "+1", "1e3", "0x10", "01", ".5", "5.", "1_000", "1,000", "1 000",
               "NaN", "Infinity", "0.001", "1.000", "١٠٠", "１００", "−1", "1\u00a0000",
               "10000000000000000000000000000.01", "1" * 60, "9" * 5000]


@pytest.mark.parametrize("amount", AMOUNTS_422, ids=lambda text: text[:12])
def test_amounts_that_are_not_acceptable(admin, amount):
    admin.deposit("usr_amounts", "1")
    before = admin.balance("usr_amounts")
    response = admin.post("/wallets/usr_amounts/deposit", {"amount": amount})
    assert response.status_code == 422
    assert admin.balance("usr_amounts") == before


@pytest.mark.parametrize("amount", [100, 1.5, 1e3, True, None, ["1"], {"v": "1"}, ""])
def test_amounts_of_another_type(admin, amount):
    response = admin.post("/wallets/usr_amounts/deposit", {"amount": amount})
    assert response.status_code == 400
    assert "amount" in response.body["message"]
    if amount != "":
        assert "send a decimal string" in response.body["message"]


@pytest.mark.parametrize("raw", [
    b"", b"{", b"[]", b"null", b'"x"', b'{"amount":"1"} x', b'{"amount":"1",}', b"{'amount':'1'}",
    b'{"amount":"1"}{"amount":"2"}', b'\xef\xbb\xbf{"amount":"1"}', b'{"amount":"1","amount":"2"}',
    b'{"amount":"1","\\u0061mount":"2"}', b'{"amount":"1","x":1}', b'{"amount":"1","tenant":"t"}',
    b'{"amount":"1","description":"\xff"}', b'{"amount":"1","description":"\\ud800"}',
    b'{"amount":"1","description":"\\u0000"}', b'{"amount":"1","description":null}',
    b'{"amount":"1","reference_id":"\\n"}', b'{"amount":' + b"[" * 50000,
])
def test_bodies_that_are_malformed(admin, raw):
    response = admin.post("/wallets/usr_bodies/deposit", raw=raw)
    assert response.status_code == 400
    assert admin.get("/wallets/usr_bodies").status_code == 404, "nothing happened"


@pytest.mark.parametrize("headers,status", [
    ({"Content-Type": "text/plain"}, 415), ({"Content-Type": ""}, 415),
    ({"Content-Type": "application/json; charset=gbk"}, 415), ({"Content-Encoding": "gzip"}, 415),
    ({"Content-Type": "application/json; charset=utf-8"}, 200),
    ({"Content-Encoding": "identity"}, 200), ({"X-HTTP-Method-Override": "DELETE"}, 200),
])
# covers: H10
def test_content_headers(admin, headers, status):
    response = admin.post("/wallets/usr_content/deposit", {"amount": "1"}, headers=headers)
    assert response.status_code == status


def test_bodies_and_lines_that_are_too_long(admin):
    assert admin.post("/wallets/usr_long/deposit", raw=b" " * 65537).status_code == 413
    assert admin.get("/" + "x" * 9000).status_code == 414
    assert admin.get("/livez", headers={"X": "x" * 17000}).status_code == 431


@pytest.mark.parametrize("text", [
    "<script>alert(1)</script>", "'; DROP TABLE wallets;--", "a\r\nSet-Cookie: x\u001b[31m",
    "\u202e\u2066", "💰", 'quote " back \\ slash', "é e\u0301", "x" * 4096])
def test_texts_come_back_unchanged(admin, text):
    row = admin.deposit("usr_texts", "1", description=text).body["data"]["transaction"]
    assert row["description"] == text
    listed = admin.get("/wallets/usr_texts/transactions?page_size=1").body["items"][0]
    assert listed == row


@pytest.mark.parametrize("path,user", [
    ("a%20b", "a b"), ("a%2Fb", "a/b"), ("%E7%94%A8%E6%88%B7", "用户"), ("a%2525", "a%25"),
    ("x" * 128, "x" * 128)])
def test_user_ids_are_decoded_once(admin, path, user):
    response = admin.post(f"/wallets/{path}/deposit", {"amount": "1"})
    assert response.body["data"]["wallet"]["user_id"] == user


@pytest.mark.parametrize("path", ["x" * 129, "%FF", "batch", "coupons", "snapshot", "transactions",
                                  "%74ransfer", "a%00b", "a%0Ab"])
def test_user_ids_that_are_none(admin, path):
    assert admin.post(f"/wallets/{path}/deposit", {"amount": "1"}).status_code == 400


def test_languages_and_problems(admin):
    missing = admin.get("/wallets/missing", headers={"Accept-Language": "zh-CN"})
    assert "钱包" in missing.body["message"]
    problem = admin.get("/wallets/missing", headers={"Accept": "application/problem+json"})
    assert problem.headers["Content-Type"] == "application/problem+json"
    assert problem.body["status"] == 404 and problem.body["code"] == 61060101


@pytest.mark.parametrize("token", ["x", "x.y", "a.b.c", "a.b.c.d", "e30.e30."])
def test_tokens_that_are_none(server, token):
    from conftest import Client
    response = Client(server, token).get("/wallets/u")
    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
