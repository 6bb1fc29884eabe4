"""Pages, filters, cursors."""

import pytest

ROWS = 25


@pytest.fixture(scope="module")
def listed(admin):
    """A wallet with 25 rows: deposits of 10, every fifth row a withdrawal of 1."""
    user = "usr_listed"
    for i in range(ROWS):
        if i % 5 == 4:
            admin.post(f"/wallets/{user}/withdraw", {"amount": "1", "reference_id": f"w{i}"})
        else:
            admin.deposit(user, "10", reference_id=f"d{i}", description=f"第 {i}")
    return f"/wallets/{user}/transactions"


def test_pages_hold_every_row_once(admin, listed):
    rows = []
    for page in range(1, 4):
        body = admin.get(f"{listed}?page={page}&page_size=10").body
        assert body["total"] == body["pagination"]["total"] == ROWS
        assert body["pagination"]["total_pages"] == 3
        assert body["pagination"]["has_prev"] == (page > 1)
        assert body["pagination"]["has_next"] == (page < 3)
        rows += body["items"]
    assert [row["seq"] for row in rows] == list(range(ROWS, 0, -1))
    # Each row begins where the one before it ended.
    for newer, older in zip(rows, rows[1:]):
        assert newer["balance_before"] == older["balance_after"]
    assert admin.get(f"{listed}?page=4&page_size=10").body["items"] == []


def test_a_cursor_is_not_shifted_by_new_rows(admin):
    user = "usr_cursor"
    for _ in range(10):
        admin.deposit(user, "1")
    path = f"/wallets/{user}/transactions"
    body = admin.get(f"{path}?page_size=4").body
    seen = [row["seq"] for row in body["items"]]
    while body["pagination"]["next_cursor"]:
        admin.deposit(user, "1")
        body = admin.get(f"{path}?cursor={body['pagination']['next_cursor']}").body
        seen += [row["seq"] for row in body["items"]]
    assert seen == list(range(10, 0, -1))


# covers: S07
def test_a_cursor_is_bound(admin, client_of, listed):
    cursor = admin.get(f"{listed}?page_size=2&type=deposit").body["pagination"]["next_cursor"]
    good = f"{listed}?type=deposit&cursor={cursor}"
    assert admin.get(good).status_code == 200
    other = client_of("usr_admin", tenant="tnt_b", roles=["admin"])
    for client, path in ((admin, f"{listed}?cursor={cursor}"),
                         (admin, f"{listed}?type=withdraw&cursor={cursor}"),
                         (admin, good[:-1] + ("A" if good[-1] != "A" else "B")),
                         (admin, good[:-4]),
                         (admin, good.replace("usr_listed", "usr_cursor")),
                         (admin, f"/wallets/usr_listed/freezes?cursor={cursor}"),
                         (other, good)):
        response = client.get(path)
        assert (response.status_code, response.body["code"]) == (400, 61060021), path


def test_a_cursor_outlives_a_restart(server, admin, listed):
    cursor = admin.get(f"{listed}?page_size=10").body["pagination"]["next_cursor"]
    before = admin.get(f"{listed}?cursor={cursor}").body["items"]
    server.restart()
    assert admin.get(f"{listed}?cursor={cursor}").body["items"] == before


@pytest.mark.parametrize("query,total", [
    ("type=deposit", 20), ("type=withdraw", 5), ("type=transfer_out", 0), ("type=refund", 0),
    ("status=completed", 25), ("status=pending", 0), ("status=", 25),
    ("start_date=2000-01-01&end_date=2999-12-31", 25), ("start_date=2999-01-01", 0),
    ("end_date=2000-01-01T00:00:00Z", 0), ("type=withdraw&start_date=2000-01-01", 5),
])
def test_filters(admin, listed, query, total):
    body = admin.get(f"{listed}?{query}").body
    assert body["total"] == total
    assert len(body["items"]) == min(total, 20)


def test_an_instant_is_included(admin, listed):
    rows = admin.get(f"{listed}?page_size=100").body["items"]
    at = rows[3]["created_at"]
    expected = sum(row["created_at"] == at for row in rows)
    assert admin.get(f"{listed}?start_date={at}&end_date={at}").body["total"] == expected


@pytest.mark.parametrize("query", [
    "page=0", "page=x", "page=9223372036854775808", "page_size=0", "page_size=101", "type=Deposit",
    "status=gone", "start_date=soon", "start_date=2026-02-30", "cursor=AAAA", "page=1&page=2",
    "start_date=2026-02-02&end_date=2026-02-01",
])
def test_bad_parameters(admin, listed, query):
    response = admin.get(f"{listed}?{query}")
    assert response.status_code == 400
    assert query.split("=")[0] in response.body["message"]


def test_balance_history_and_freezes(admin, user):
    admin.deposit(user, "10")
    kept = admin.post(f"/wallets/{user}/freeze", {"amount": "1", "reason": "a"}).body["data"]
    gone = admin.post(f"/wallets/{user}/freeze", {"amount": "2", "reason": "b"}).body["data"]
    released = admin.post(f"/wallets/{user}/unfreeze", {"freeze_id": gone["freeze"]["id"]})
    history = admin.get(f"/wallets/{user}/balance-history").body
    assert [row["type"] for row in history["items"]] == ["deposit"]
    freezes = f"/wallets/{user}/freezes"
    assert [row["id"] for row in admin.get(freezes).body["items"]] == [
        gone["freeze"]["id"], kept["freeze"]["id"]]
    assert admin.get(f"{freezes}?status=active").body["items"] == [kept["freeze"]]
    assert admin.get(f"{freezes}?status=released").body["items"] == [
        released.body["data"]["freeze"]]
    rows = admin.get(f"/wallets/{user}/transactions").body["items"]
    assert [row["type"] for row in rows] == ["unfreeze", "freeze", "freeze", "deposit"]
    assert {row["balance_after"] for row in rows} == {"10.00"}


def test_wallets_of_the_tenant_and_of_oneself(admin, client_of):
    users = [f"usr_many_{i}" for i in range(7)]
    for user in users:
        admin.deposit(user, "3.00")
    admin.post("/wallets", {"user_id": users[0], "currency": "EUR"})
    first = admin.get("/admin/wallets?page_size=5").body
    assert [row["user_id"] for row in first["items"]] == [users[0]] + users[:2:-1]
    assert first["items"][0]["currency"] == "EUR" and first["items"][1]["balance"] == "3.00"
    cursor = first["pagination"]["next_cursor"]
    second = admin.get(f"/admin/wallets?page_size=3&cursor={cursor}").body
    assert [row["user_id"] for row in second["items"]] == users[2::-1]
    assert first["total"] == second["total"] == first["pagination"]["total"] >= 8
    assert admin.get("/wallets").body["items"] == admin.get("/admin/wallets").body["items"]
    assert admin.get(f"/wallets?cursor={cursor}").status_code == 400, "another list's cursor"

    own = client_of(users[0])
    assert [row["currency"] for row in own.get("/wallets").body["items"]] == ["EUR", "CNY"]
    assert own.get("/wallets").body["total"] == 2
    assert own.get("/admin/wallets").status_code == 403
    assert client_of("usr_nothing").get("/wallets").body["items"] == []
    assert client_of("x", tenant="tnt_none", roles=["admin"]).get("/wallets").body["total"] == 0


def test_wallets_by_status(admin):
    admin.deposit("usr_stopped", "1.00")
    wallet = admin.get("/wallets/usr_stopped").body["data"]["wallet_id"]
    admin.put(f"/admin/wallets/{wallet}", {"status": "frozen"})
    frozen = admin.get("/admin/wallets?status=frozen").body
    assert wallet in [row["wallet_id"] for row in frozen["items"]]
    assert {row["status"] for row in frozen["items"]} == {"frozen"}
    active = admin.get("/admin/wallets?status=active&page_size=100").body
    assert wallet not in [row["wallet_id"] for row in active["items"]]
    assert admin.get("/admin/wallets?status=gone").status_code == 400


def test_an_operator_opens_a_wallet(admin, client_of):
    body = {"user_id": "usr_by_operator", "currency": "JPY"}
    opened = admin.post("/admin/wallets", body)
    assert opened.status_code == 201 and opened.body["data"]["currency"] == "JPY"
    assert admin.post("/admin/wallets", body).status_code == 409
    own = client_of("usr_by_oneself")
    assert own.post("/admin/wallets", {"user_id": "usr_by_oneself"}).status_code == 403
    assert own.post("/wallets", {"user_id": "usr_by_oneself"}).status_code == 201
