"""Backups and restores with the release binary. COFFER_SEED repeats a run."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kill"))
from service import Service  # noqa: E402


@pytest.fixture(autouse=True)
def nothing_left_running():
    yield
    for process in Service.started:
        if process.poll() is None:
            process.kill()
            process.wait(timeout=30)
    Service.started.clear()
