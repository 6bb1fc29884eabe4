"""kill -9 under load, what is acknowledged is there, what was not applies once."""

import os
import random
import signal
import time

import pytest
from service import BINARY, Service, Traffic, ended, run, settle, under_load

USERS = [f"usr_{number}" for number in range(6)]
KILLS = {"fast": 20, "default": 110, "all": 400}[os.environ.get("COFFER_TEST_SET", "default")]
SMALL = ("--segment-bytes", "65536", "--checkpoint-bytes", "65536")


# covers: A13
def test_killed_while_it_starts(tmp_path, seed):
    """In the first start of all, and in recovery, at any millisecond."""
    chance = random.Random(seed)
    service = Service(tmp_path / "book", *SMALL)
    for _ in range(KILLS // 4):
        service.spawn()
        time.sleep(chance.uniform(0.0, 0.06))
        service.kill()
    service.start()
    traffic = Traffic(service, "between", seed, USERS)
    traffic.start()
    time.sleep(0.5)
    service.kill()
    traffic.join(timeout=20)
    for _ in range(KILLS // 4):
        service.spawn()
        time.sleep(chance.uniform(0.0, 0.06))
        service.kill()
    service.start()
    acknowledged, _ = settle(service, [traffic])
    assert acknowledged > 0
    assert service.stop() == 0
    verified = service.verify()
    assert verified.returncode == 0, verified.stdout + verified.stderr


# covers: R09
def test_sigterm_under_load_answers_what_it_took(tmp_path, seed):
    service = Service(tmp_path / "book", *SMALL)
    everything = []
    for again in range(5):
        service.start()
        traffics = under_load(service, f"t{again}", seed, USERS)
        time.sleep(0.3)
        assert service.end(signal.SIGTERM) == 0, service.said()
        everything += ended(traffics)
    service.start()
    acknowledged, _ = settle(service, everything)
    assert acknowledged > 20
    assert service.stop() == 0
    assert service.verify().returncode == 0


# covers: A19
def test_a_second_process_is_refused(tmp_path):
    service = Service(tmp_path / "book").start()
    second = run("serve", "--dev", "--listen", "127.0.0.1:0", "--data", service.data)
    assert second.returncode == 2
    assert "another process" in second.stderr, second.stderr
    assert service.client().call("POST", "/wallets/u/deposit",
                                 {"amount": "1.00", "reference_id": "r"})[0] == 200
    assert service.stop() == 0
    assert os.access(BINARY, os.X_OK)
