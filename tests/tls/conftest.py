"""The release binary behind https, certificates made on the spot. COFFER_SEED repeats a run."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kill"))
from certificates import Authority  # noqa: E402
from secure import TlsService  # noqa: E402
from service import nothing_left_running  # noqa: E402, F401  (a fixture)


@pytest.fixture(scope="session")
def authority():
    return Authority()


@pytest.fixture
def service(authority, tmp_path):
    """Not started yet."""
    return TlsService(tmp_path, authority)
