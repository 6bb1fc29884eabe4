"""Two processes on one database, and a database that lets go in the middle."""

import os
import random
import signal
import threading
import time
from datetime import datetime
from pathlib import Path

import pytest
from conftest import Client
from coffer_server import Server

pytestmark = pytest.mark.slow

PATIENCE_SECONDS = 20


@pytest.fixture
def pair(tmp_path, database):
    """Two services that know nothing of each other but the database."""
    services = [Server(tmp_path / name, "--store", database).start() for name in ("one", "two")]
    yield services
    for service in services:
        if service.process.poll() is None:
            assert service.stop() == 0


def admin_of(service):
    return Client(service, service.token(roles=["admin"]))


def together(*calls):
    """Runs all at the same time; what they returned, in order."""
    answers, gate = [None] * len(calls), threading.Barrier(len(calls))

    def run(number):
        gate.wait()
        answers[number] = calls[number]()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def until(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_equal_batches_at_the_same_time_tell_the_same(pair):
    """The first one's answer may be gone before that of its repeat is written."""
    admin = admin_of(pair[0])
    for number in range(20):
        body = {"movements": [
            {"type": "deposit", "user_id": f"usr_{user}", "amount": "1.00",
             "reference_id": f"a-reference-of-some-length-{number}",
             "description": "a description that no small string holds"} for user in "ab"]}
        answers = together(*[lambda: admin.post("/wallets/batch", body) for _ in range(8)])
        results = [answer.body["data"]["results"] for answer in answers]
        for place in range(2):
            assert [one[place]["replayed"] for one in results].count(False) == 1
            first = results[0][place]["transaction"]
            assert first["reference_id"] == body["movements"][place]["reference_id"]
            for one in results:
                assert one[place]["transaction"] == first


def database_of(database):
    return database.rsplit("@/", 1)[1].split("?")[0]


def books_balance(postgres, database):
    """Double entry, read from the tables alone; also that rows and counters agree."""
    name = database_of(database)
    owed = postgres.sql("select coalesce(sum(available + held), 0) from coffer.wallets",
                        database=name)
    settled = postgres.sql("select coalesce(sum(balance), 0) from coffer.house_accounts "
                           "where kind = 1", database=name)
    assert owed == settled
    assert postgres.sql("select count(*) from coffer.wallets w where events <> (select count(*) "
                        "from coffer.history h where h.tenant_id = w.tenant_id "
                        "and h.wallet = w.number)", database=name) == "0"
    assert postgres.sql("select sum(records) - (select count(*) from coffer.journal) "
                        "from coffer.lanes", database=name) == "0"


# covers: D21
def test_the_last_unit_of_money_goes_to_one_of_two_processes(pair, postgres, database):
    one, two = [[admin_of(service) for _ in range(4)] for service in pair]
    for round_number in range(5):
        user = f"usr_racer_{round_number}"
        one[0].deposit(user, "7.00")
        answers = together(*(lambda c=client: c.post(f"/wallets/{user}/withdraw",
                                                     {"amount": "7.00"})
                             for client in one + two))
        statuses = sorted(answer.status_code for answer in answers)
        assert statuses == [200] + [409] * 7
        assert one[0].balance(user) == two[0].balance(user) == "0.00"
    books_balance(postgres, database)


# covers: D07
def test_twins_at_two_processes_have_one_effect(pair, postgres, database):
    one, two = map(admin_of, pair)
    body = {"amount": "5.00", "reference_id": "twin"}
    for round_number in range(5):  # the wallet is new: nothing is there that could be locked
        path = f"/wallets/usr_twin_{round_number}/deposit"
        answers = together(lambda: one.post(path, body), lambda: two.post(path, body))
        assert [answer.status_code for answer in answers] == [200, 200]
        assert sorted(answer.headers.get("Idempotency-Replayed", "no")
                      for answer in answers) == ["no", "true"]
        first, second = (answer.body["data"]["transaction"] for answer in answers)
        assert first == second
        assert two.balance(f"usr_twin_{round_number}") == "5.00"
    books_balance(postgres, database)


# covers: D17
def test_opposite_transfers_at_two_processes(pair, postgres, database):
    one, two = map(admin_of, pair)
    for user in ("usr_left", "usr_right"):
        one.deposit(user, "100.00")

    def moves(client, payer, payee):
        return [client.post("/wallets/transfer", {"from_user_id": payer, "to_user_id": payee,
                                                  "amount": "1.00"}).status_code
                for _ in range(30)]

    answers = together(lambda: moves(one, "usr_left", "usr_right"),
                       lambda: moves(two, "usr_right", "usr_left"))
    assert answers == [[200] * 30, [200] * 30]
    assert one.balance("usr_left") == one.balance("usr_right") == "100.00"
    books_balance(postgres, database)


def deposit_until_told(client, user, reference, told):
    """As a client should: 503 and the same reference again until there is an answer."""
    body = {"amount": "1.00", "reference_id": reference}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        answer = client.post(f"/wallets/{user}/deposit", body)
        told.append((answer.status_code, answer.body.get("outcome")))
        if answer.status_code == 200:
            return
        assert answer.status_code == 503, answer.text
        time.sleep(0.02)
    raise AssertionError("never told")


def test_connections_killed_in_the_middle(server, postgres, database):
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance, told, stopped = random.Random(seed), [], threading.Event()

    def killer():
        while not stopped.is_set():
            time.sleep(chance.uniform(0.01, 0.06))
            postgres.sql("select pg_terminate_backend(pid) from pg_stat_activity where "
                         "application_name = 'coffer' order by random() limit 1")

    def clerk(number):
        client = admin_of(server)
        for i in range(40):
            deposit_until_told(client, f"usr_{number % 3}", f"{number}-{i}", told)

    thread = threading.Thread(target=killer)
    thread.start()
    try:
        together(*(lambda n=number: clerk(n) for number in range(6)))
    finally:
        stopped.set()
        thread.join()
    client = admin_of(server)
    balances = [client.balance(f"usr_{i}") for i in range(3)]
    assert balances == ["80.00"] * 3, f"seed {seed}: lost or applied twice"
    assert sum(status == 200 for status, _ in told) == 240
    books_balance(postgres, database)


def waiting_for_standby(postgres):
    return postgres.sql("select pid from pg_stat_activity where application_name = 'coffer' "
                        "and wait_event = 'SyncRep'")


# covers: E07, E08
@pytest.mark.parametrize("ending", ["pg_cancel_backend", "pg_terminate_backend"])
def test_a_commit_that_no_standby_confirmed_is_unknown(server, postgres, ending):
    client = admin_of(server)
    user, body = f"usr_{ending}", {"amount": "1.00", "reference_id": "r"}
    client.deposit(user, "1.00")
    postgres.sql("alter system set synchronous_standby_names = 'nobody'",
                 "select pg_reload_conf()")
    try:
        [answer, _] = together(
            lambda: client.post(f"/wallets/{user}/deposit", body),
            lambda: (until(lambda: waiting_for_standby(postgres)),
                     postgres.sql(f"select {ending}({waiting_for_standby(postgres)})")))
        assert (answer.status_code, answer.body.get("outcome")) == (503, "unknown")
    finally:
        postgres.sql("alter system reset synchronous_standby_names", "select pg_reload_conf()")
    until(lambda: client.post(f"/wallets/{user}/deposit", body).status_code == 200)
    assert client.balance(user) == "2.00"


# covers: E20
def test_a_restarted_server(server, postgres):
    client = admin_of(server)
    client.deposit("usr_restart", "1.00")
    postgres.stop()
    answer = client.post("/wallets/usr_restart/deposit", {"amount": "1.00"})
    assert (answer.status_code, answer.body.get("outcome")) == (503, None)
    postgres.start()
    until(lambda: client.post("/wallets/usr_restart/deposit",
                              {"amount": "1.00", "reference_id": "r"}).status_code == 200)
    assert client.balance("usr_restart") == "2.00"


def backends(postgres):
    said = postgres.sql("select pid from pg_stat_activity where application_name = 'coffer'")
    return [int(number) for number in said.split()]


# covers: E01, E02, E03
@pytest.mark.parametrize("what", ["a backend", "the postmaster", "an immediate stop"])
def test_a_server_that_dies_under_load(server, postgres, database, what):
    """What was told is there, what was unknown is asked again, and nothing is twice."""
    told, user = [], "usr_" + what.split()[-1]

    def clerk(number):
        client = admin_of(server)
        for i in range(15):
            deposit_until_told(client, user, f"{number}-{i}", told)
            time.sleep(0.01)

    def killer():
        for _ in range(2):
            time.sleep(0.15)
            if what == "a backend":  # of which the server notices that memory may be damaged
                for pid in backends(postgres)[:1]:
                    os.kill(pid, signal.SIGKILL)
                until(lambda: answers(postgres))
            else:
                number = signal.SIGKILL if what == "the postmaster" else signal.SIGQUIT
                postgres.stop(number)
                until(lambda: started_again(postgres))

    together(killer, *(lambda n=number: clerk(n) for number in range(4)))
    assert admin_of(server).balance(user) == "60.00"
    assert sum(status == 200 for status, _ in told) == 60
    books_balance(postgres, database)


def answers(postgres):
    try:
        return postgres.sql("select 1") == "1"
    except RuntimeError:
        return False


def started_again(postgres):
    """Behind a killed postmaster its children end by themselves, and the next one waits for it."""
    try:
        postgres.start()
    except RuntimeError:
        return False
    return True


# covers: E16
def test_no_connections_are_left(server, postgres):
    client = admin_of(server)
    client.deposit("usr_crowded", "1.00")
    postgres.sql("alter role coffer connection limit 0",
                 "select pg_terminate_backend(pid) from pg_stat_activity where "
                 "application_name = 'coffer'")
    try:
        for number in range(5):
            answer = client.post("/wallets/usr_crowded/deposit",
                                 {"amount": "1.00", "reference_id": "r"})
            # The first may have been under way when its connection went.
            assert answer.status_code == 503, answer.text
            assert number == 0 or answer.body.get("outcome") is None, answer.text
            assert "Retry-After" in answer.headers
    finally:
        postgres.sql("alter role coffer connection limit -1")
    until(lambda: client.post("/wallets/usr_crowded/deposit",
                              {"amount": "1.00", "reference_id": "r"}).status_code == 200)
    assert client.balance("usr_crowded") == "2.00"


# covers: E18
def test_a_row_that_an_operator_holds(server, postgres, database):
    client, name = admin_of(server), database_of(database)
    client.deposit("usr_held", "1.00")
    client.deposit("usr_free", "1.00")
    told, body = {}, {"amount": "1.00", "reference_id": "r"}

    def operator():
        postgres.sql("begin; select 1 from coffer.subjects where user_id = 'usr_held' for update; "
                     "select pg_sleep(5); commit", database=name)

    def ask():
        until(lambda: postgres.sql("select count(*) from pg_stat_activity where query like "
                                   "'begin; select 1%'") != "0")
        told["held"] = client.post("/wallets/usr_held/deposit", body)
        told["free"] = client.post("/wallets/usr_free/deposit", body)

    together(operator, ask)
    assert (told["held"].status_code, told["held"].body.get("outcome")) == (503, None)
    assert told["free"].status_code == 200
    until(lambda: client.post("/wallets/usr_held/deposit", body).status_code == 200)
    assert client.balance("usr_held") == client.balance("usr_free") == "2.00"


# covers: E28
def test_two_processes_make_the_tables_at_once(tmp_path, postgres):
    for number in range(3):
        name = f"both_{number}"
        postgres.sql(f"create database {name} owner coffer")
        url = postgres.url.replace("/coffer?", f"/{name}?")
        services = [Server(tmp_path / f"{name}_{i}", "--store", url) for i in range(2)]
        started = together(*(service.start for service in services))
        assert all(started)
        clients = [Client(service, service.token(roles=["admin"])) for service in services]
        for client in clients:
            client.deposit("usr_both", "1.00")
        assert clients[0].balance("usr_both") == clients[1].balance("usr_both") == "2.00"
        assert postgres.sql("select count(*) from coffer.book", database=name) == "1"
        assert [service.stop() for service in services] == [0, 0]


@pytest.mark.parametrize("setting,word", [("synchronous_commit = off", "synchronous_commit"),
                                          ("default_transaction_read_only = on", "read_only")])
# covers: E26
def test_a_server_that_would_not_keep_it_is_refused(tmp_path, postgres, database, setting, word):
    postgres.sql(f"alter role coffer set {setting}")
    try:
        with pytest.raises(RuntimeError, match=word):
            Server(tmp_path, "--store", database).start()
    finally:
        postgres.sql("alter role coffer reset all")


# covers: E25
def test_a_superuser_is_refused(tmp_path, database):
    with pytest.raises(RuntimeError, match="superuser"):
        Server(tmp_path, "--store", database.replace("coffer@", "postgres@")).start()


def keyed(client, path, body, key):
    return client.post(path, body, headers={"Idempotency-Key": key})


# covers: D07
def test_twins_with_a_key_at_two_processes(pair, postgres, database):
    # Nothing of the new users is there that could be locked, and the tokens differ by process only.
    one, two = map(admin_of, pair)
    for round_number in range(5):
        path = f"/wallets/usr_keyed_{round_number}/deposit"
        answers = together(*(lambda c=client: keyed(c, path, {"amount": "5.00"}, "k")
                             for client in (one, two)))
        assert [answer.status_code for answer in answers] == [200, 200]
        first, second = (answer.body["data"]["transaction"] for answer in answers)
        assert first == second
        assert keyed(two, path, {"amount": "6.00"}, "k").status_code == 422
        assert two.balance(f"usr_keyed_{round_number}") == "5.00"
    books_balance(postgres, database)


def test_a_refusal_kept_by_one_process_is_repeated_by_the_other(pair):
    one, two = map(admin_of, pair)
    path = "/wallets/usr_kept/withdraw"
    one.deposit("usr_kept", "1.00")
    assert keyed(one, path, {"amount": "2.00"}, "k").status_code == 409
    two.deposit("usr_kept", "9.00")
    again = keyed(two, path, {"amount": "2.00"}, "k")
    assert (again.status_code, again.headers.get("Idempotency-Replayed")) == (409, "true")
    assert one.balance("usr_kept") == "10.00"


# covers: C05
# covers: C05
def test_two_processes_whose_clocks_differ(tmp_path, postgres, database, monkeypatch):
    """One order all the same: along a wallet's numbers time never goes back."""
    library = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
    if not library.exists():
        pytest.skip("libfaketime is not installed")
    services = []
    for name, offset in (("ahead", "+9s"), ("behind", "-9s")):
        with monkeypatch.context() as there:
            there.setenv("LD_PRELOAD", str(library))
            there.setenv("FAKETIME", offset)
            there.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            services.append(Server(tmp_path / name, "--store", database).start())
    clients = [admin_of(service) for service in services]
    ahead, behind = (datetime.fromisoformat(client.get("/livez").body["timestamp"])
                     for client in clients)
    assert (ahead - behind).total_seconds() > 10
    for number in range(20):
        row = clients[number % 2].deposit("usr_clocks", "1.00").body["data"]["transaction"]
        assert row["seq"] == number + 1
    rows = clients[0].get("/wallets/usr_clocks/transactions?page_size=100").body["items"]
    times = [row["created_at"] for row in reversed(rows)]
    assert [row["seq"] for row in reversed(rows)] == list(range(1, 21))
    assert times == sorted(times)
    assert clients[1].balance("usr_clocks") == "20.00"
    books_balance(postgres, database)
    for service in services:
        assert service.stop() == 0
