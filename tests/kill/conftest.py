"""Kill tests: the release binary, real files, real signals. COFFER_SEED repeats a run."""

import os
import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from service import nothing_left_running  # noqa: E402, F401  (a fixture)


@pytest.fixture(scope="session")
def seed():
    given = os.environ.get("COFFER_SEED")
    chosen = int(given) if given else random.SystemRandom().randrange(1 << 32)
    print(f"COFFER_SEED={chosen}")
    return chosen
