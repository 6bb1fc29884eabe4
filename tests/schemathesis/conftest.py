"""Schemathesis in an environment of its own under build/, made once for each list of versions."""

import fcntl
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "tests/api"))
from coffer_server import Server  # noqa: E402

HOME = ROOT / "build/schemathesis"
TENANT = "tnt_xyz789"  # as in the examples of the description
APPLICATION = "app_test"  # of Server.token()
PYTHON = "/usr/bin/python3"
# What pip says when nobody answers; anything else that is wrong is a failure.
UNREACHABLE = re.compile(r"Retrying \(|Connection|Temporary failure|timed out|Network is unreach")


def install(environment):
    """pip's complaint, or nothing."""
    made = subprocess.run([PYTHON, "-m", "venv", "--clear", str(environment)],
                          capture_output=True, text=True, timeout=120, check=False)
    assert made.returncode == 0, f"python3-venv is needed: {made.stdout}{made.stderr}"
    pip = subprocess.run(
        [str(environment / "bin/pip"), "install", "--quiet", "--no-deps", "--only-binary", ":all:",
         "--retries", "2", "--timeout", "30", "--requirement", str(HERE / "requirements.txt")],
        capture_output=True, text=True, timeout=600, check=False)
    return pip.stdout + pip.stderr if pip.returncode else ""


@pytest.fixture(scope="session")
def schemathesis():
    """The program. Skips where the packages are not there and nobody can be asked for them."""
    HOME.mkdir(parents=True, exist_ok=True)
    wanted, done = (HERE / "requirements.txt").read_text(), HOME / "installed.txt"
    with open(HOME / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists() or done.read_text() != wanted:
            done.unlink(missing_ok=True)
            complaint = install(HOME / "environment")
            if UNREACHABLE.search(complaint):
                pytest.skip("Schemathesis is not installed and PyPI cannot be reached")
            assert not complaint, complaint
            done.write_text(wanted)
    return HOME / "environment/bin/schemathesis"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("book")).start()
    yield server
    if server.process.poll() is None:
        assert server.stop() == 0, "SIGTERM ends with 0"
    checked = server.verify()
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.fixture(scope="session")
def seed():
    """The same each time, but in the set `all`, which goes looking for new cases."""
    given = os.environ.get("COFFER_SEED")
    looking = os.environ.get("COFFER_TEST_SET") == "all"
    chosen = int(given) if given else random.SystemRandom().randrange(1 << 32) if looking else 1
    print(f"COFFER_SEED={chosen}")
    return chosen
