"""kill -9 while several clients send large batches, of which one is decided while another is
written: whatever was answered is there, what was not applies once, and the money is counted."""

import os
import random
import signal
import threading
import time
from decimal import Decimal

from service import Service, ids

CLIENTS = 6  # so that the store never waits for the next one
MOVEMENTS = 600
USERS = 40
KILLS = {"fast": 1, "default": 3, "all": 12}[os.environ.get("COFFER_TEST_SET", "default")]


def movements(name):
    """To few wallets, so that records of neighbouring batches stand on each other. The last one
    repeats the first: in the same round, so its answer is not kept for the end of the sync."""
    chance = random.Random(name)
    deposits = [{"type": "deposit", "user_id": f"usr_{chance.randrange(USERS)}", "amount": "1.00",
                 "reference_id": f"{name}-{i}"} for i in range(MOVEMENTS)]
    if chance.random() < 0.3:
        deposits[-1] = deposits[0]
    return deposits


class Sender(threading.Thread):
    def __init__(self, service, name):
        super().__init__(daemon=True)
        self.client, self.name = service.client(), name
        self.told, self.wrong = {}, []
        self.sent = 0

    def run(self):
        while True:
            name = f"{self.name}-{self.sent}"
            self.sent += 1
            status, body = self.client.call("POST", "/wallets/batch",
                                            {"movements": movements(name)})
            if status is None or (status == 503 and self.told):
                return
            if status != 200 or body["data"]["failed"] != 0:
                self.wrong.append((status, body))
                return
            self.told[name] = ids(body)


# covers: A01
def test_killed_between_batches_that_overlap(tmp_path, seed):
    chance = random.Random(seed)
    expected, told = set(), {}
    for kill in range(KILLS):
        service = Service(tmp_path / "book").start()
        senders = [Sender(service, f"k{kill}c{number}") for number in range(CLIENTS)]
        for sender in senders:
            sender.start()
        time.sleep(chance.uniform(0.3, 1.5))
        assert service.kill() == -signal.SIGKILL
        for sender in senders:
            sender.join(timeout=30)
            assert not sender.is_alive() and not sender.wrong, sender.wrong
            told |= sender.told
            names = [f"{sender.name}-{number}" for number in range(sender.sent)]
            expected |= {movement["reference_id"] for name in names for movement in movements(name)}
        service = Service(tmp_path / "book").start()
        client = service.client()
        # The answered ones say the same; the others take effect now, or had done so already.
        for sender in senders:
            for number in range(sender.sent):
                name = f"{sender.name}-{number}"
                status, body = client.call("POST", "/wallets/batch", {"movements": movements(name)})
                assert status == 200 and body["data"]["failed"] == 0, body
                assert name not in told or ids(body) == told[name], "acknowledged, and another now"
        assert service.stop() == 0
    assert len(told) > 2 * CLIENTS
    service = Service(tmp_path / "book").start()
    client = service.client()
    balances = [Decimal(client.balance(f"usr_{user}")) for user in range(USERS)]
    assert sum(balances) == len(expected), "each reference counts once"
    assert service.stop() == 0
    verified = service.verify()
    assert verified.returncode == 0, verified.stdout + verified.stderr
