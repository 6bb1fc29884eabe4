"""kill -9 under load, what is acknowledged is there, what was not applies once."""

import json
import os
import random
import signal
import time
from decimal import Decimal

import pytest
from service import BINARY, Service, Traffic, run, settle

USERS = [f"usr_{number}" for number in range(6)]
KILLS = {"fast": 20, "default": 110, "all": 400}[os.environ.get("COFFER_TEST_SET", "default")]
SMALL = ("--segment-bytes", "65536", "--checkpoint-bytes", "65536")


def money_moved(traffics):
    moved = dict.fromkeys(USERS, Decimal(0))
    for traffic in traffics:
        for intent in traffic.intents:
            if intent.told is None:
                continue
            if "/deposit" in intent.path:
                moved[intent.path.split("/")[2]] += intent.amount
            elif "/withdraw" in intent.path:
                moved[intent.path.split("/")[2]] -= intent.amount
            else:
                moved[intent.body["from_user_id"]] -= intent.amount
                moved[intent.body["to_user_id"]] += intent.amount
    return moved


def exported_balances(service):
    """Every owner's balance as the last line of his wallet in the export says."""
    exported = run("export", "--data", service.data, "--format", "jsonl")
    assert exported.returncode == 0, exported.stderr
    owners, balances = {}, dict.fromkeys(USERS, Decimal(0))
    for line in exported.stdout.splitlines():
        for wallet in json.loads(line).get("wallets", ()):
            if wallet["opened"]:
                owners[wallet["wallet_id"]] = wallet["owner_id"]
            balances[owners[wallet["wallet_id"]]] = (
                Decimal(wallet["available_balance"]) + Decimal(wallet["frozen_balance"]))
    return balances


# covers: A01, A10
@pytest.mark.parametrize("options", [SMALL, ()], ids=["small-segments", "defaults"])
def test_killed_under_load(tmp_path, seed, options):
    chance = random.Random(f"{seed}-{options}")
    service = Service(tmp_path / "book", *options)
    everything, acknowledged, resolved = [], 0, 0
    kills = KILLS * 7 // 11 if options else KILLS - KILLS * 7 // 11
    for kill in range(kills):
        service.start()
        acknowledged_now, resolved_now = settle(service, everything[-4:])
        acknowledged += acknowledged_now
        resolved += resolved_now
        traffics = [Traffic(service, f"k{kill}-c{number}", chance.random(), USERS)
                    for number in range(4)]
        for traffic in traffics:
            traffic.start()
        time.sleep(chance.uniform(0.002, 0.25))
        service.kill()
        for traffic in traffics:
            traffic.join(timeout=20)
            assert not traffic.is_alive()
        everything += traffics
    service.start()
    acknowledged_all, _ = settle(service, everything)
    client = service.client()
    for user, money in money_moved(everything).items():
        assert Decimal(client.balance(user)) == money, user
    assert service.stop() == 0, service.said()
    verified = service.verify()
    assert verified.returncode == 0, verified.stdout + verified.stderr
    moved = money_moved(everything)
    assert exported_balances(service) == moved
    total = sum(moved.values())
    print(f"{kills} kills, {acknowledged_all} operations, {resolved} unknown ones had applied; "
          f"{total} in all wallets")
    assert acknowledged_all > kills


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
        traffics = [Traffic(service, f"t{again}-c{number}", seed + number, USERS)
                    for number in range(4)]
        for traffic in traffics:
            traffic.start()
        time.sleep(0.3)
        assert service.end(signal.SIGTERM) == 0, service.said()
        for traffic in traffics:
            traffic.join(timeout=20)
            assert not traffic.is_alive()
        everything += traffics
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
