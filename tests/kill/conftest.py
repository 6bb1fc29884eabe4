"""Kill tests: the release binary, real files, real signals. COFFER_SEED repeats a run."""

import os
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from service import Service  # noqa: E402


@pytest.fixture(scope="session")
def seed():
    given = os.environ.get("COFFER_SEED")
    chosen = int(given) if given else random.SystemRandom().randrange(1 << 32)
    print(f"COFFER_SEED={chosen}")
    return chosen


@pytest.fixture(autouse=True)
def nothing_left_running():
    yield
    for process in Service.started:
        if process.poll() is None:
            process.kill()
            process.wait(timeout=30)
    Service.started.clear()
