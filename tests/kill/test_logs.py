"""What is logged and counted, whatever clients send and whoever reads it."""

import json
import re
import socket
import subprocess
import time

import pytest
from service import BINARY, Client, Service

SECRET = "canary-7391"
HOSTILE = ["a\r\nb", "\x1b[31mred\x1b[0m", '"},{"level":"error', "a\u2028b", "\u202egnp.", "%0d%0a",
           "\\\\n", "a\tb", "x" * 3000, "${jndi:ldap://x}", "' or 1=1 --"]


def raw(port, request):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def send_hostile(service):
    client = service.client()
    for text in HOSTILE:
        client.call("POST", "/wallets/usr_a/deposit",
                    {"amount": "1.00", "description": text, "reference_id": text})
        client.call("POST", "/wallets", {"user_id": text})
        client.call("POST", "/wallets/usr_a/deposit", {"amount": text, text: text})
        sent = text.encode()
        for request in (b"GET /" + sent + b" HTTP/1.1\r\nHost: a\r\n\r\n",
                        b"GET /livez HTTP/1.1\r\nHost: a\r\nX-" + sent + b": " + sent + b"\r\n\r\n",
                        sent + b" / HTTP/1.1\r\nHost: a\r\n\r\n",
                        b"GET /wallets HTTP/1.1\r\nHost: a\r\ntraceparent: " + sent +
                        b"\r\nAuthorization: Bearer " + SECRET.encode() + sent + b"\r\n\r\n",
                        b"GET /wallets/usr_a HTTP/1.1\r\nHost: a\r\nX-Tenant-ID: " + sent +
                        b"\r\nAuthorization: Bearer " + service.token.encode() + b"\r\n\r\n"):
            raw(service.port, request)


# covers: S10
def test_every_line_is_one_event_whatever_was_sent(tmp_path):
    service = Service(tmp_path / "book", "--access-log", "all").start()
    send_hostile(service)
    assert service.stop() == 0
    said = service.said()
    lines = [line for line in said.split("\n") if line.startswith("{")]
    assert len(lines) > 4 * len(HOSTILE)
    known = {"time", "level", "event", "method", "route", "status", "code", "latency_us", "tenant",
             "trace_id", "replayed"}
    for line in lines:
        assert set(json.loads(line)) <= known, line
    # The first lines show the token that it made; nothing of what came in is behind them.
    behind = said[said.index(lines[1]):]
    assert SECRET not in behind and service.token not in behind and "jndi" not in behind
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u202e]", behind)


def names_of(metrics):
    return {line.rsplit(" ", 1)[0] for line in metrics.decode().splitlines()
            if line.startswith("coffer_")}


# covers: R06
def test_what_is_counted_does_not_grow_with_what_is_asked(tmp_path):
    service = Service(tmp_path / "book").start()
    send_hostile(service)

    def counted():
        answer = raw(service.port, b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        return names_of(answer.partition(b"\r\n\r\n")[2])

    counted()  # counts itself
    before = counted()
    client = service.client()
    for number in range(300):
        client.call("GET", f"/nothing/{number}")
        client.call("GET", f"/wallets/user-{number}")
        raw(service.port, f"VERB{number} /x{number} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    after = counted()
    # A route's and an error's first time makes a row; no path, user or method does.
    assert len(after - before) <= 12, after - before
    assert not any(re.search(r"nothing|user-|VERB|x\d", name) for name in after)
    assert service.stop() == 0


# covers: R05
@pytest.mark.parametrize("closed", [False, True], ids=["nobody-reads", "closed"])
def test_a_log_that_nobody_takes(tmp_path, closed):
    """Money goes on; lines are lost, and counted."""
    process = subprocess.Popen(
        [BINARY, "serve", "--dev", "--listen", "127.0.0.1:0", "--data", str(tmp_path / "book"),
         "--access-log", "all"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    Service.started.append(process)
    said = b""
    while b"TOKEN=" not in said or b"The first deposit" not in said:
        said += process.stdout.read1()
    port = int(re.search(rb"http://127\.0\.0\.1:(\d+)", said)[1])
    client = Client(port, re.search(rb"TOKEN=(\S+)", said)[1].decode())
    if closed:
        process.stdout.close()
    deposits = 300
    for number in range(deposits):
        status, _ = client.call("POST", "/wallets/usr_a/deposit",
                                {"amount": "1.00", "reference_id": str(number)})
        assert status == 200
    for _ in range(60):  # more lines than the pipe and the ring take
        answers = raw(port, b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n" * 200)
        assert answers.count(b"HTTP/1.1 200") == 200
    assert client.balance("usr_a") == f"{deposits}.00"
    if not closed:
        metrics = raw(port, b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n").decode()
        assert float(re.search(r"^coffer_log_lines_dropped_total (\S+)", metrics, re.M)[1]) > 0
        process.stdout.close()
    began = time.monotonic()
    process.terminate()
    assert process.wait(timeout=30) == 0, time.monotonic() - began
