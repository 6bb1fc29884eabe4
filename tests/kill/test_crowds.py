"""Thousands of connections: idle ones, and everybody at once."""

import errno
import json
import os
import resource
import select
import signal
import socket
import time

import pytest
from service import Service

pytestmark = pytest.mark.slow

IDLE = 8_000  # under the limit of 8,192
LATE = 2_000
BYTES_A_CONNECTION_MAX = 32 << 10


@pytest.fixture(autouse=True)
def many_descriptors():
    """Of this process and of the service that it starts."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = IDLE + LATE + 500
    if before[1] != resource.RLIM_INFINITY and before[1] < wanted:
        pytest.skip(f"only {before[1]} descriptors here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def connected(port, count):
    """All at once, without waiting for each; those that were refused are left out."""
    made = []
    for _ in range(count):
        one = socket.socket()
        one.setblocking(False)
        begun = one.connect_ex(("127.0.0.1", port))
        assert begun in (0, errno.EINPROGRESS), os.strerror(begun)
        made.append(one)
    return made


def answers_to(connections, request, seconds):
    """What each said first; it is asked as soon as it is connected."""
    poll, by_number, said = select.epoll(), {}, {}
    for one in connections:
        by_number[one.fileno()] = one
        poll.register(one.fileno(), select.EPOLLOUT)
    deadline = time.monotonic() + seconds
    while len(said) < len(by_number) and time.monotonic() < deadline:
        for number, event in poll.poll(1.0):
            one = by_number[number]
            try:
                if event & select.EPOLLOUT:
                    one.send(request)
                    poll.modify(number, select.EPOLLIN)
                else:
                    said[number] = one.recv(65536)
                    poll.unregister(number)
            except OSError as failed:
                said[number] = failed
                poll.unregister(number)
    poll.close()
    return list(said.values())


def statuses(said):
    return [int(one[9:12]) if isinstance(one, bytes) and one else None for one in said]


def resident(service):
    with open(f"/proc/{service.process.pid}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def descriptors(service):
    return len(os.listdir(f"/proc/{service.process.pid}/fd"))


def until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)
    return condition()


GET = b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"


# covers: R08
def test_ten_thousand_idle_connections(tmp_path):
    service = Service(tmp_path / "book").start()
    client = service.client()
    assert client.call("POST", "/wallets/u/deposit", {"amount": "1.00"})[0] == 200
    memory, files = resident(service), descriptors(service)
    idle = connected(service.port, IDLE)
    assert statuses(answers_to(idle, GET, 30)) == [200] * IDLE
    assert (resident(service) - memory) / IDLE < BYTES_A_CONNECTION_MAX
    late = connected(service.port, LATE)
    # Over the limit they are refused slowly; some are still waiting to be.
    told = statuses(answers_to(late, GET, 4))
    assert told.count(200) < 8_192 - IDLE and set(told) == {200, 503}, set(told)
    # Who is there already is served.
    assert client.call("POST", "/wallets/u/deposit", {"amount": "1.00"})[0] == 200
    for one in idle + late:
        one.close()
    assert until(lambda: descriptors(service) <= files + 2), descriptors(service)
    assert service.client().call("GET", "/wallets/u/balance")[0] == 200
    assert service.stop() == 0


# covers: D20, R07
def test_everybody_comes_at_once_after_a_restart(tmp_path):
    """More than the queue of the listener takes, while nobody accepts; then all are served."""
    service = Service(tmp_path / "book").start()
    assert service.client().call("POST", "/wallets/u/deposit", {"amount": "1.00"})[0] == 200
    service.kill()
    service.start()
    files = descriptors(service)
    body = json.dumps({"amount": "1.00", "reference_id": "the same"})
    request = (f"POST /wallets/u/deposit HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
               f"{service.token}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
               f"\r\n\r\n{body}").encode()
    service.process.send_signal(signal.SIGSTOP)
    crowd = connected(service.port, 5_000)
    time.sleep(0.3)
    service.process.send_signal(signal.SIGCONT)
    told = statuses(answers_to(crowd, request, 40))
    # 503 where too many of them are in the store at once; nobody is left without an answer.
    assert len(told) == 5_000 and set(told) <= {200, 503} and 200 in told, set(told)
    for one in crowd:
        one.close()
    assert until(lambda: descriptors(service) <= files + 2), descriptors(service)
    assert service.client().balance("u") == "2.00"
    assert service.stop() == 0
    assert service.verify().returncode == 0
