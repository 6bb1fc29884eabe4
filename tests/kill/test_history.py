"""Concurrent clients under kill -9, and what they were told judged as one history.

docs/history-checker.md says what is judged: exactly-once, order, reads, statements, durability,
tenants. The last reads are made twice, with one more kill between them.
"""

import json
import os
import random
import shutil
import threading
import time
from decimal import Decimal

import pytest
from history import History, Recorder, judge
from service import Service, run

TENANTS = ("tnt_a", "tnt_b")  # their users have the same names
USERS = [f"usr_{number}" for number in range(5)]
CLIENTS = 8
KILLS = {"fast": 10, "default": 100, "all": 1000}[os.environ.get("COFFER_TEST_SET", "default")]
SMALL = ("--segment-bytes", "65536", "--checkpoint-bytes", "65536")


def token(service, tenant):
    made = run("token", "--data", service.data, "--tenant", tenant, "--user", "clerk",
               "--role", "admin", "--ttl", "20h")
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


class Client(threading.Thread):
    """Does a bit of everything until the service is gone or `until` is over."""

    def __init__(self, recorder, seed, intents, until=None):
        super().__init__(daemon=True)
        self.recorder, self.random = recorder, random.Random(seed)
        self.history, self.tenant = recorder.history, recorder.tenant
        self.intents, self.until = intents, until  # intents of the tenant, shared
        self.page = self.failure = None

    def run(self):
        try:
            while self.until is None or time.monotonic() < self.until:
                if self.step() == "info":
                    return
        except Exception as error:  # a thread's exception would be lost
            self.failure = error

    def step(self):
        chance = self.random.random()
        user, other = self.random.sample(USERS, 2)
        if chance < 0.66 or not self.intents:
            return self.movement(chance / 0.66, user, other)
        if chance < 0.74:
            return self.recorder.attempt(self.random.choice(self.intents[-500:]))
        if chance < 0.88:
            return self.recorder.balance(user)[0]
        if chance < 0.90:  # there is no such user in this tenant
            elsewhere = TENANTS[1 - TENANTS.index(self.tenant)]
            return self.recorder.balance(f"only_{elsewhere}", elsewhere)[0]
        if chance < 0.92:
            return self.recorder.set_status(USERS[0], self.random.choice("az"))
        return self.statement(user)

    def movement(self, chance, user, other):
        draw = self.random.randint
        if chance < 0.5:
            wanted = self.history.want("d", self.tenant, user, draw(1, 5000))
        elif chance < 0.65:
            wanted = self.history.want("w", self.tenant, user, draw(1, 9000))
        elif chance < 0.85:
            wanted = self.history.want("t", self.tenant, user, draw(1, 4000), payee=other)
        else:
            frozen = [intent for intent in self.intents[-200:]
                      if intent.verb == "z" and intent.freeze_id and not intent.ending]
            if frozen and chance < 0.94:
                freeze = self.random.choice(frozen)
                freeze.ending = True
                wanted = self.history.want("u", self.tenant, freeze.user, freeze=freeze)
            else:
                wanted = self.history.want("z", self.tenant, user)
        self.intents.append(wanted)
        return self.recorder.attempt(wanted)

    def statement(self, user):
        """The next page of the last one, or a first one."""
        if self.page is None or not self.page[1][1]:
            page = self.recorder.page(user, 5)
        else:
            user = self.page[0]
            page = self.recorder.page(user, 5, self.page[1])
        self.page = (user, page) if page else None
        return "info" if self.recorder.process is None else "ok"


class Repeater(threading.Thread):
    """Asks for everything once more, each thing once."""

    def __init__(self, recorder, intents):
        super().__init__(daemon=True)
        self.recorder, self.intents, self.outcomes = recorder, intents, []

    def run(self):
        for intent in self.intents:
            # An unfreeze can only be asked for when the freeze's id is known, and then it was.
            self.outcomes.append(self.recorder.attempt(intent))


def finish(threads, seconds_max=120):
    for thread in threads:
        thread.join(timeout=seconds_max)
        assert not thread.is_alive()
        assert not getattr(thread, "failure", None), repr(thread.failure)


def exported_balances(service):
    """Every wallet's balance as its last line in the export says."""
    exported = run("export", "--data", service.data, "--format", "jsonl")
    assert exported.returncode == 0, exported.stderr
    balances = {}
    for line in exported.stdout.splitlines():
        for wallet in json.loads(line).get("wallets", ()):
            balances[wallet["wallet_id"]] = (
                Decimal(wallet["available_balance"]) + Decimal(wallet["frozen_balance"]))
    return balances


class Load:
    """A service, its clients and their history."""

    def __init__(self, data, chance, *options):
        self.chance, self.history = chance, History()
        self.service = Service(data, *options).start()
        self.tokens = {tenant: token(self.service, tenant) for tenant in TENANTS}
        self.intents = {tenant: [] for tenant in TENANTS}
        for tenant in TENANTS:
            wanted = self.history.want("d", tenant, f"only_{tenant}", 100)
            assert self.recorder(tenant).attempt(wanted) == "ok"
            self.intents[tenant].append(wanted)

    def recorder(self, tenant):
        return Recorder(self.history, self.service.port, self.tokens[tenant], tenant)

    def until_killed(self, seconds, answers=0):
        """For so long, and until so many more events are in the history."""
        clients = [Client(self.recorder(tenant), self.chance.random(), self.intents[tenant])
                   for tenant in TENANTS * (CLIENTS // 2)]
        for client in clients:
            client.start()
        time.sleep(seconds)
        deadline, enough = time.monotonic() + 30, len(self.history.events) + answers
        while len(self.history.events) < enough and time.monotonic() < deadline:
            time.sleep(0.01)
        self.service.kill()
        self.history.death()
        finish(clients)

    def repeat_everything(self):
        """Every reference ever sent, by two clients a tenant; nothing is in their way now."""
        repeaters = [Repeater(self.recorder(tenant), self.intents[tenant][half::2])
                     for tenant in TENANTS for half in (0, 1)]
        for repeater in repeaters:
            repeater.start()
        finish(repeaters, seconds_max=1200)  # a hundred thousand of them in the set `all`
        assert all("info" not in repeater.outcomes for repeater in repeaters)

    def last_reads(self):
        """Every wallet's whole statement and its balance; gives the balances."""
        balances = {}
        for tenant in TENANTS:
            recorder = self.recorder(tenant)
            for user in [*USERS, f"only_{tenant}"]:
                outcome, answer = recorder.balance(user)
                page = recorder.page(user, 100)
                while page and page[1]:
                    page = recorder.page(user, 100, page)
                if outcome == "ok":
                    balances[answer["wallet_id"]] = Decimal(answer["balance"])
        return balances


# covers: A01, A10, A16, D01, D06
@pytest.mark.slow
@pytest.mark.parametrize("options", [SMALL, ()], ids=["small-segments", "defaults"])
def test_history_under_kills(tmp_path, seed, options):
    chance = random.Random(f"{seed}-{options}")
    load = Load(tmp_path / "book", chance, *options)
    kills = KILLS * 7 // 10 if options else KILLS - KILLS * 7 // 10
    for _ in range(kills):
        load.until_killed(chance.uniform(0.002, 0.25))
        load.service.io_threads = chance.choice((0, 0, 2))
        load.service.start()
    load.repeat_everything()
    load.history.quiet()
    load.last_reads()
    load.service.kill()
    load.service.start()
    balances = load.last_reads()
    assert load.service.stop() == 0, load.service.said()
    print(judge(load.history, tmp_path / "history.txt"))
    verified = load.service.verify()
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert exported_balances(load.service) == balances
    # So many deaths leave no more behind than the segment that was being made.
    files = list((load.service.data / "journal").iterdir())
    assert {path.suffix for path in files} <= {".segment", ".run"}, files
    assert sum(path.suffix == ".segment" and not any(path.read_bytes()) for path in files) <= 2
    assert len(list((load.service.data / "checkpoint").glob("*"))) <= 3


def test_a_book_put_back_is_noticed(tmp_path, seed):
    """The control: a service that loses what it answered, without knowing it, must be found out."""
    chance = random.Random(seed)
    load = Load(tmp_path / "book", chance, *SMALL)
    load.until_killed(0, answers=400)
    shutil.copytree(tmp_path / "book", tmp_path / "kept")
    load.service.start()
    load.until_killed(0, answers=400)
    shutil.rmtree(tmp_path / "book")
    (tmp_path / "kept").rename(tmp_path / "book")
    load.service.start()
    load.history.quiet()
    load.last_reads()
    assert load.service.stop() == 0
    with pytest.raises(AssertionError, match="broken: (durability|unchanged)"):
        judge(load.history, tmp_path / "history.txt")
