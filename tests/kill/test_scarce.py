"""Little memory, little processor, and a death in the middle of an answer."""

import json
import os
import signal
import socket
import time
from pathlib import Path

import pytest
from service import Service, ended, ids, settle, under_load

pytestmark = pytest.mark.slow

USERS = [f"usr_{number}" for number in range(6)]
ROOT = Path("/sys/fs/cgroup")


class Group:
    """A control group of its own: of one controller (version 1) or of the one hierarchy."""

    def __init__(self, controller):
        self.of_one = (ROOT / controller).is_dir()
        self.folder = (ROOT / controller if self.of_one else ROOT) / f"coffer-test-{os.getpid()}"
        self.folder.mkdir()

    def set(self, of_one, of_all, value):
        (self.folder / (of_one if self.of_one else of_all)).write_text(value)

    def read(self, of_one, of_all):
        return int((self.folder / (of_one if self.of_one else of_all)).read_text())

    def wrapper(self):
        return ["bash", "-c", f'echo $$ >{self.folder}/cgroup.procs && exec "$@"', "in-group"]

    def remove(self):
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                return self.folder.rmdir()
            except OSError:  # its last process is still on its way out
                time.sleep(0.05)


@pytest.fixture
def group(request):
    try:
        made = Group(request.param)
    except OSError as refused:
        pytest.skip(f"no control groups here: {refused}")
    yield made
    for process in Service.started:
        if process.poll() is None:
            process.kill()
            process.wait(timeout=30)
    made.remove()


def movements(number):
    """A thousand people who were not there before."""
    return {"movements": [{"type": "deposit", "user_id": f"usr_{number}_{i}", "amount": "1.00",
                           "reference_id": f"r{number}-{i}"} for i in range(1_000)]}


# covers: A18
@pytest.mark.parametrize("group", ["memory"], indirect=True)
def test_killed_for_its_memory(tmp_path, group):
    service = Service(tmp_path / "book", wrapper=group.wrapper()).start()
    client, told = service.client(), []
    told.append(ids(client.call("POST", "/wallets/batch", movements(0))[1]))
    used = group.read("memory.usage_in_bytes", "memory.current")
    try:
        group.set("memory.limit_in_bytes", "memory.max", str(used + (4 << 20)))
    except OSError as refused:
        pytest.skip(f"no limit on memory here: {refused}")
    for number in range(1, 400):
        status, body = client.call("POST", "/wallets/batch", movements(number))
        if status is None:
            break
        assert status == 200, body
        told.append(ids(body))
    assert service.process.wait(timeout=30) == -signal.SIGKILL, service.said()
    service = Service(tmp_path / "book").start()
    client = service.client()
    for number in range(len(told) + 1):
        status, body = client.call("POST", "/wallets/batch", movements(number))
        assert status == 200 and body["data"]["failed"] == 0
        if number < len(told):
            assert ids(body) == told[number], "acknowledged, and now something else"
        assert ids(client.call("POST", "/wallets/batch", movements(number))[1]) == ids(body)
    assert client.balance(f"usr_{len(told)}_7") == "1.00"
    assert service.stop() == 0
    verified = service.verify()
    assert verified.returncode == 0, verified.stdout + verified.stderr


# covers: R02
@pytest.mark.parametrize("group", ["cpu"], indirect=True)
def test_a_tenth_of_a_processor(tmp_path, group, seed):
    """Slow is not unknown: every request gets its answer."""
    service = Service(tmp_path / "book", wrapper=group.wrapper()).start()
    try:
        group.set("cpu.cfs_quota_us", "cpu.max", "10000" if group.of_one else "10000 100000")
    except OSError as refused:
        pytest.skip(f"no limit on the processor here: {refused}")
    traffics = under_load(service, "slow", seed, USERS)
    time.sleep(2.5)
    for traffic in traffics:
        traffic.stopped = True
    for traffic in ended(traffics):
        assert all(intent.told for intent in traffic.intents)
    acknowledged, _ = settle(service, traffics)
    assert acknowledged > 0
    assert service.stop() == 0
    assert service.verify().returncode == 0


# covers: A11
def test_killed_with_half_of_an_answer_sent(tmp_path):
    service = Service(tmp_path / "book").start()
    body = json.dumps(movements(0))
    request = (f"POST /wallets/batch HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {service.token}"
               f"\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}")
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", service.port))
        connection.sendall(request.encode())
        half = connection.recv(2_000)
        assert half.startswith(b"HTTP/1.1 200")
        service.kill()
    service.start()
    client = service.client()
    status, again = client.call("POST", "/wallets/batch", movements(0))
    assert status == 200 and all(result["replayed"] for result in again["data"]["results"])
    assert client.balance("usr_0_0") == client.balance("usr_0_999") == "1.00"
    assert service.stop() == 0
    assert service.verify().returncode == 0


def resident(service):
    statm = Path(f"/proc/{service.process.pid}/statm").read_text()
    return int(statm.split()[1]) * os.sysconf("SC_PAGE_SIZE")


# covers: R04
def test_a_wallet_with_a_long_history(tmp_path):
    """Whatever page is asked for, an answer has a page, and memory does not grow with asking."""
    service = Service(tmp_path / "book").start()
    client, rows = service.client(), 200_000
    one = {"type": "deposit", "user_id": "usr_long", "amount": "0.01"}
    taken = {"type": "withdraw", "user_id": "usr_long", "amount": "0.01"}
    for _ in range(rows // 1_000):
        status, body = client.call("POST", "/wallets/batch",
                                   {"movements": [one] * 999 + [taken]})
        assert status == 200 and body["data"]["failed"] == 0

    def page(query):
        status, body = client.call("GET", f"/wallets/usr_long/transactions?{query}")
        assert status == 200 and len(body["items"]) <= 100, query
        return body

    page("page_size=100")
    memory = resident(service)
    for number in (1, 2, 777, 1_000, 1_999, 2_000):
        body = page(f"page_size=100&page={number}")
        assert body["total"] == rows
        assert [row["seq"] for row in body["items"]] == \
            list(range(rows - 100 * (number - 1), rows - 100 * number, -1))
    assert page("page_size=100&page=2001")["items"] == []
    assert page("type=withdraw&page_size=100&page=2")["total"] == rows // 1_000
    cursor = page("page_size=100&page=1000")["pagination"]["next_cursor"]
    for _ in range(20):
        body = page(f"page_size=100&cursor={cursor}")
        cursor = body["pagination"]["next_cursor"]
    assert body["items"][-1]["seq"] == rows - 100 * 1_020 + 1
    assert resident(service) - memory < 32 << 20
    assert client.balance("usr_long") == f"{(rows // 1_000) * 998 / 100:.2f}"
    assert service.stop() == 0
