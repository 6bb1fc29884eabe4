"""Exactly once: repeats, twins, races, restarts. faults.md D."""

import concurrent.futures
import random
import re
import select
import socket
import struct
import threading
from decimal import Decimal

import pytest

from conftest import Client


def at_once(server, token, count, ask):
    """`ask(client, i)` from `count` threads that begin together."""
    barrier = threading.Barrier(count)

    def one(index):
        client = Client(server, token)
        client.get("/livez")  # the connection stands
        barrier.wait()
        return ask(client, index)

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


# covers: D01
def test_a_repeat_gives_the_first_answer(admin, user):
    body = {"amount": "10.00", "reference_id": "order_1", "description": "first"}
    first = admin.post(f"/wallets/{user}/deposit", body)
    admin.deposit(user, "5")
    again = admin.post(f"/wallets/{user}/deposit", {**body, "amount": "10", "description": "x"})
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.body["data"] == first.body["data"]
    assert admin.balance(user) == "15.00"


# covers: D03
@pytest.mark.parametrize("change", [{"amount": "11"}, {"currency": "CNY"}])
def test_another_payload_is_a_conflict(admin, user, change):
    body = {"amount": "10.00", "reference_id": "order_1"}
    admin.deposit(user, "10.00", reference_id="order_1")
    response = admin.post(f"/wallets/{user}/deposit", {**body, **change})
    assert response.body["code"] == 61060202
    assert admin.balance(user) == "10.00"


# covers: D02
@pytest.mark.parametrize("count", [2, 64])
def test_twins_have_one_effect(server, admin, user, count):
    token = server.token(roles=["admin"])
    body = {"amount": "7.00", "reference_id": "twin"}
    answers = at_once(server, token, count,
                      lambda client, _: client.post(f"/wallets/{user}/deposit", body))
    assert [answer.status_code for answer in answers] == [200] * count
    assert len({str(answer.body["data"]) for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert admin.balance(user) == "7.00"


# covers: D21
def test_only_one_gets_the_last_unit(server, admin, user):
    token = server.token(roles=["admin"])
    admin.deposit(user, "30.00")
    answers = at_once(server, token, 50,
                      lambda client, _: client.post(f"/wallets/{user}/withdraw", {"amount": "30"}))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] + [409] * 49
    assert admin.balance(user) == "0.00"


# covers: D17
def test_opposite_transfers_keep_the_sum(server, admin, user):
    token = server.token(roles=["admin"])
    other = user + "_b"
    admin.deposit(user, "100")
    admin.deposit(other, "100")

    def ask(client, index):
        pair = (user, other) if index % 2 else (other, user)
        return client.post("/wallets/transfer", {
            "amount": "1.01", "from_user_id": pair[0], "to_user_id": pair[1]})

    answers = at_once(server, token, 40, ask)
    assert {answer.status_code for answer in answers} == {200}
    assert Decimal(admin.balance(user)) + Decimal(admin.balance(other)) == Decimal("200.00")


def test_a_declined_reference_is_not_used_up(admin, user):
    admin.deposit(user, "1")
    body = {"amount": "5", "reference_id": "w"}
    assert admin.post(f"/wallets/{user}/withdraw", body).status_code == 409
    admin.deposit(user, "10")
    response = admin.post(f"/wallets/{user}/withdraw", body)
    assert response.status_code == 200 and "Idempotency-Replayed" not in response.headers


# covers: D14
def test_tenants_and_verbs_have_references_of_their_own(admin, client_of, user):
    other = client_of("usr_admin", tenant="tnt_b", roles=["admin"])
    for client in (admin, other):
        assert "Idempotency-Replayed" not in client.deposit(user, "9", reference_id="r").headers
    for verb in ("withdraw", "freeze"):
        response = admin.post(f"/wallets/{user}/{verb}", {"amount": "1", "reference_id": "r"})
        assert response.status_code == 200 and "Idempotency-Replayed" not in response.headers


# covers: D11
def test_duplicates_in_one_packet(server, admin, user):
    token = server.token(roles=["admin"])
    body = '{"amount":"3","reference_id":"p"}'
    one = (f"POST /wallets/{user}/deposit HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n"
           f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}")
    host, port = server.base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(one.encode() * 8)
        connection.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.count(b"HTTP/1.1 200 OK") == 8
    assert received.count(b"Idempotency-Replayed: true") == 7
    assert admin.balance(user) == "3.00"


# covers: D06
def test_repeats_of_every_verb_after_kill_and_stop(server, admin, client_of, user):
    other = user + "_b"
    asks = [
        (f"/wallets/{user}/deposit", {"amount": "100", "reference_id": "d", "description": "d"}),
        (f"/wallets/{other}/deposit", {"amount": "1", "reference_id": "o"}),
        (f"/wallets/{user}/withdraw", {"amount": "10", "reference_id": "w", "description": "w"}),
        ("/wallets/transfer", {"amount": "20", "from_user_id": user, "to_user_id": other,
                               "reference_id": "t", "description": "t"}),
        (f"/wallets/{user}/freeze", {"amount": "30", "reference_id": "f", "reason": "f"}),
    ]
    first = [admin.post(path, body).body["data"] for path, body in asks]
    reads = [f"/wallets/{user}", f"/wallets/{user}/balance", f"/wallets/{user}/transactions",
             f"/wallets/{user}/freezes", f"/wallets/{user}/balance-history",
             f"/admin/wallets/{first[0]['wallet']['wallet_id']}/integrity"]

    def all_reads():
        answers = []
        for path in reads:
            body = admin.get(path).body
            del body["timestamp"]
            answers.append(body)
        return answers

    before = all_reads()
    for how in ("kill", "stop", "kill"):
        server.restart(how)
        for (path, body), expected in zip(asks, first):
            again = admin.post(path, body)
            assert again.headers.get("Idempotency-Replayed") == "true", (how, path)
            assert again.body["data"] == expected, (how, path)
        assert all_reads() == before, how


def packet(server, token, user, body):
    return (f"POST /wallets/{user}/deposit HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()


def connect(server):
    host, port = server.base.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


# covers: D04, D05, D09
@pytest.mark.parametrize("bytes_read", [0, 1, 200])
def test_a_client_that_resets_instead_of_reading(server, admin, user, bytes_read):
    """Ten at once, again and again, each giving up without an answer or with a part of one."""
    token = server.token(roles=["admin"])
    one = packet(server, token, user, '{"amount":"3","reference_id":"gone"}')
    for _ in range(5):
        storm = [connect(server) for _ in range(10)]
        for connection in storm:
            connection.sendall(one)
        for connection in storm:
            assert select.select([connection], [], [], 10)[0], "the answer has come"
            if bytes_read:
                assert connection.recv(bytes_read)
            reset(connection)
    again = admin.deposit(user, "3", reference_id="gone")
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.body == {**admin.deposit(user, "3", reference_id="gone").body,
                          "timestamp": again.body["timestamp"]}
    assert admin.balance(user) == "3.00"


# covers: D16
def test_everybody_uses_one_wallet(server, admin, user):
    token, clients, turns = server.token(roles=["admin"]), 16, 40
    admin.deposit(user, "1000")

    def work(client, index):
        told = []
        for turn in range(turns):
            verb = ("deposit", "withdraw")[turn % 2]
            told.append(client.post(f"/wallets/{user}/{verb}",
                                    {"amount": f"{index + 1}.{turn:02}"}))
        return told

    answers = [answer for told in at_once(server, token, clients, work) for answer in told]
    assert {answer.status_code for answer in answers} == {200}
    rows = sorted((answer.body["data"]["transaction"] for answer in answers),
                  key=lambda row: row["seq"])
    assert [row["seq"] for row in rows] == list(range(2, 2 + clients * turns))
    balance = Decimal(1000)
    for row in rows:
        assert Decimal(row["balance_before"]) == balance
        balance += Decimal(row["amount"]) * (1 if row["type"] == "deposit" else -1)
        assert Decimal(row["balance_after"]) == balance
    assert Decimal(admin.balance(user)) == balance


# covers: S08
def test_one_connection_carries_two_tenants(server, admin, user):
    """Each request is answered for its own token, in whatever order they stand."""
    tokens = {tenant: server.token(roles=["admin"], tenant=tenant) for tenant in ("tnt_a", "tnt_b")}
    for tenant, amount in (("tnt_a", "1"), ("tnt_b", "2")):
        client = Client(server, tokens[tenant])
        assert client.post(f"/wallets/{user}/deposit", {"amount": amount}).status_code == 200
    chance = random.Random(7)
    order = [chance.choice(list(tokens)) for _ in range(400)]
    asked = b"".join(f"GET /wallets/{user} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
                     f"{tokens[tenant]}\r\n\r\n".encode() for tenant in order)
    with connect(server) as connection:
        sender = threading.Thread(target=lambda: (connection.sendall(asked),
                                                  connection.shutdown(socket.SHUT_WR)))
        sender.start()
        received = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
        sender.join()
    assert re.findall(r'"tenant_id":"(\w+)"', received) == order
    balances = {"tnt_a": "1.00", "tnt_b": "2.00"}
    assert re.findall(r'"balance":"([\d.]+)"', received) == [balances[tenant] for tenant in order]
