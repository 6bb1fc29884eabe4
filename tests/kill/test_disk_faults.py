"""Disks that are full, fail or are slow, below the release binary."""

import re
import shutil
import subprocess
import time

import pytest
from service import BINARY, Service, run

pytestmark = pytest.mark.slow

NEXT_SEGMENT_NOT_READY = 61060904
SMALL = ("--segment-bytes", "65536", "--checkpoint-bytes", "65536")


def deposit(client, reference):
    return client.call("POST", "/wallets/usr_a/deposit",
                       {"amount": "1.00", "reference_id": reference, "description": "d" * 1000})


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "coffer-test",
                              folder], capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("no mount here: " + mounted.stderr.strip())
    yield folder
    subprocess.run(["umount", "-l", folder], check=False)


# covers: B11
def test_a_full_disk(small_disk):
    service = Service(small_disk / "book", *SMALL).start()
    client = service.client()
    (small_disk / "ballast").write_bytes(b"x" * 700_000)
    told, refused = [], None
    for number in range(3_000):
        status, body = deposit(client, f"full-{number}")
        deadline = time.monotonic() + 10
        while body["code"] == NEXT_SEGMENT_NOT_READY and time.monotonic() < deadline:
            time.sleep(0.01)  # it was not tried yet whether there is room for it
            status, body = deposit(client, f"full-{number}")
        if status != 200:
            refused = status, body
            break
        told.append(f"full-{number}")
    assert refused is not None and refused[0] == 503, refused
    assert "outcome" not in refused[1] or refused[1]["outcome"] != "unknown", refused
    assert "full" in refused[1]["message"] or "storage" in refused[1]["message"], refused
    assert float(client.balance("usr_a")) == len(told)
    assert client.call("GET", "/wallets/usr_a/transactions")[0] == 200
    assert deposit(client, "still full")[0] == 503

    (small_disk / "ballast").unlink()
    deadline = time.monotonic() + 10
    while (status := deposit(client, "room again")[0]) != 200 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert status == 200
    assert float(client.balance("usr_a")) == len(told) + 1
    assert service.stop() == 0
    assert service.verify().returncode == 0


def under_strace(tmp_path, inject):
    """-D: the process that we started is the service, and strace its grandchild."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed")
    return Service(tmp_path / "book", *SMALL,
                   wrapper=[strace, "-D", "-f", "-qq", "-o", tmp_path / "trace",
                            "-e", "trace=pwrite64,io_setup", "-e", inject,
                            # Without io_submit, whose answers strace cannot change.
                            "-e", "inject=io_setup:error=ENOSYS"])


def journal_writes_of_a_start(tmp_path):
    """How many pwrite64 calls a start on this book makes: the failing one comes after them."""
    counted = under_strace(tmp_path, "status=all").start()
    before = (tmp_path / "trace").read_text().count("pwrite64(")
    assert deposit(counted.client(), "counting")[0] == 200
    counted.stop()
    return before


# covers: B05, B08, B12
@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_a_write_of_the_journal_fails(tmp_path, error):
    first = Service(tmp_path / "book", *SMALL).start()
    assert deposit(first.client(), "before")[0] == 200
    assert first.stop() == 0
    try:
        writes = journal_writes_of_a_start(tmp_path)
    except RuntimeError as failed:
        pytest.skip(f"strace cannot trace here: {failed}")

    service = under_strace(
        tmp_path, f"inject=pwrite64:error={error}:when={writes + 3}+").start()
    client, outcomes = service.client(), []
    for number in range(10):
        status, body = deposit(client, f"failing-{number}")
        outcomes.append((number, status, body))
        if status != 200:
            break
    _, status, body = outcomes[-1]
    assert status == 503 and body["outcome"] == "unknown", outcomes[-1]
    assert service.process.wait(timeout=20) == 3, service.said()
    assert "journal cannot be written" in service.said()

    after = Service(tmp_path / "book", *SMALL).start()
    for number, status, _ in outcomes:
        assert deposit(after.client(), f"failing-{number}")[0] == 200
    assert float(after.client().balance("usr_a")) == 2 + len(outcomes)
    assert after.stop() == 0
    assert after.verify().returncode == 0


# covers: B26
def test_a_slow_disk_is_only_slow(tmp_path):
    service = under_strace(tmp_path, "inject=pwrite64:delay_exit=200000:when=30+")
    try:
        service.start()
    except RuntimeError as failed:
        pytest.skip(f"strace cannot trace here: {failed}")
    client = service.client()
    for number in range(5):
        assert deposit(client, f"slow-{number}")[0] == 200
    assert float(client.balance("usr_a")) == 5
    assert service.stop() == 0
    assert service.verify().returncode == 0


# covers: B13
def test_a_limit_on_the_size_of_files(tmp_path):
    """Segments of 64 MiB do not fit under RLIMIT_FSIZE of 1 MiB: said, not killed by SIGXFSZ."""
    limited = subprocess.run(
        ["bash", "-c", 'ulimit -f 1024; exec "$@"', "limited",
         BINARY, "serve", "--dev", "--listen", "127.0.0.1:0", "--data", str(tmp_path / "book")],
        capture_output=True, text=True, timeout=60, check=False)
    assert limited.returncode == 3, (limited.returncode, limited.stderr)
    assert re.search(r"cannot (write|make|create)", limited.stderr), limited.stderr
    whole = Service(tmp_path / "book", *SMALL).start()
    assert deposit(whole.client(), "after")[0] == 200
    assert whole.stop() == 0
    assert run("verify", "--data", tmp_path / "book").returncode == 0
