"""Clocks that jump, stand still or count from elsewhere, under the release binary."""

import os
import subprocess
import time
from datetime import datetime
from pathlib import Path

import pytest
from service import Service

pytestmark = pytest.mark.slow

LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


def deposit(client, reference):
    return client.call("POST", "/wallets/usr_a/deposit",
                       {"amount": "1.00", "reference_id": reference})


def eventually(ask, wanted):
    deadline = time.monotonic() + 10
    while (status := ask()[0]) != wanted and time.monotonic() < deadline:
        time.sleep(0.02)
    return status


# covers: C01, C02
@pytest.mark.parametrize("jump", ["+2h", "-1h"])
def test_the_wall_clock_jumps(tmp_path, jump):
    """Writes wait until it is right again, reads go on, and no row is older than the one before."""
    if not LIBRARY.exists():
        pytest.skip("libfaketime is not installed")
    dial = tmp_path / "dial"
    dial.write_text("+0\n")
    service = Service(tmp_path / "book", wrapper=[
        "env", f"LD_PRELOAD={LIBRARY}", f"FAKETIME_TIMESTAMP_FILE={dial}", "FAKETIME_NO_CACHE=1",
        "FAKETIME_DONT_FAKE_MONOTONIC=1"]).start()
    client = service.client()
    assert deposit(client, "before")[0] == 200
    dial.write_text(f"{jump}\n")
    assert eventually(lambda: deposit(client, "meanwhile"), 503) == 503
    status, body = deposit(client, "meanwhile")
    assert status == 503 and body.get("outcome") is None and "clock" in body["message"], body
    assert client.balance("usr_a") == "1.00"
    dial.write_text("+365d\n")  # tokens are judged by the wall clock: this one has ended
    assert eventually(lambda: client.call("GET", "/wallets/usr_a/balance"), 401) == 401
    dial.write_text("+0\n")
    assert eventually(lambda: deposit(client, "after"), 200) == 200
    assert deposit(client, "meanwhile")[0] == 200
    status, listed = client.call("GET", "/wallets/usr_a/transactions")
    times = [row["created_at"] for row in reversed(listed["items"])]
    assert len(times) == 3 and times == sorted(times)
    away = datetime.now().timestamp() - datetime.fromisoformat(times[-1]).timestamp()
    assert abs(away) < 3_600
    assert service.stop() == 0
    assert service.verify().returncode == 0


# covers: C06
@pytest.mark.parametrize("offset", [-1, 1], ids=["young", "old"])
def test_the_monotonic_clock_counts_from_elsewhere(tmp_path, offset):
    """Since before the machine began, or for a hundred years: no wait is endless or spins."""
    began = time.clock_gettime(time.CLOCK_MONOTONIC)
    seconds = int(-began + 5) if offset < 0 else 100 * 365 * 86_400
    wrapper = ["unshare", "--time", f"--monotonic={seconds}", f"--boottime={seconds}"]
    if subprocess.run([*wrapper, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("no time namespaces here")
    service = Service(tmp_path / "book", wrapper=wrapper).start()
    client = service.client()
    for number in range(20):
        assert deposit(client, str(number))[0] == 200
    namespaces = {os.readlink(f"/proc/{pid}/ns/time") for pid in ("self", service.process.pid)}
    assert len(namespaces) == 2

    def used():
        fields = Path(f"/proc/{service.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    before = used()
    time.sleep(1.5)
    assert used() - before < 0.7, "it spins while nothing is to do"
    assert client.balance("usr_a") == "20.00"
    assert service.stop() == 0
    assert service.verify().returncode == 0
