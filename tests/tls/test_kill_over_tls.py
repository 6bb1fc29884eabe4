"""kill -9 amid TLS traffic: what was acknowledged is there. Short: tests/kill is the long one."""

import os
import random
import time

import pytest
from service import ended, settle, under_load

pytestmark = pytest.mark.slow

USERS = [f"usr_{number}" for number in range(6)]


@pytest.fixture(scope="session")
def seed():
    given = os.environ.get("COFFER_SEED")
    chosen = int(given) if given else random.SystemRandom().randrange(1 << 32)
    print(f"COFFER_SEED={chosen}")
    return chosen


def test_nothing_acknowledged_is_lost(service, seed):
    chance = random.Random(seed)
    everything = []
    for kill in range(5):
        service.start()
        traffics = under_load(service, f"k{kill}", seed, USERS)
        time.sleep(chance.uniform(0.1, 0.3))
        if kill % 2:
            service.reload()
        service.kill()
        everything += ended(traffics)
    service.start()
    acknowledged, _ = settle(service, everything)
    assert acknowledged > 0
    assert service.stop() == 0
    assert service.verify().returncode == 0
