"""Faults U05 to U07: a backup under full load, copies that lack a part, an older backup."""

import json
import os
import random
import re
import resource
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from service import BINARY, Service, Traffic, figures, run

USERS = [f"usr_{number}" for number in range(12)]
SMALL = ("--segment-bytes", "65536", "--checkpoint-bytes", "65536")
READ_ONLY = 61060910
NEXT_SEGMENT_NOT_READY = 61060905  # small segments are used up faster than they are made


def deposit(client, user, reference, amount="5.00"):
    while True:
        status, body = client.call("POST", f"/wallets/{user}/deposit",
                                   {"amount": amount, "reference_id": reference})
        if status != 503 or body["code"] != NEXT_SEGMENT_NOT_READY:
            return status, body
        time.sleep(0.02)


def made(data, deposits=40):
    """A stopped book of several segments."""
    service = Service(data, *SMALL).start()
    client = service.client()
    for number in range(deposits):
        status, body = deposit(client, USERS[number % 5], f"made-{number}")
        assert status == 200, body
    assert service.stop() == 0
    return service


def references(folder):
    exported = run("export", "--data", folder, "--format", "jsonl")
    assert exported.returncode == 0, exported.stderr
    return {record["reference_id"]: record["user_id"]
            for record in map(json.loads, exported.stdout.split("\n")[:-1])
            if record.get("reference_id")}


def contents(folder):
    return {path.relative_to(folder): path.read_bytes()
            for path in sorted(Path(folder).rglob("*")) if path.is_file()}


def good(*arguments):
    done = run(*arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def refused(code, words, *arguments):
    done = run(*arguments)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert words in done.stdout + done.stderr, done.stdout + done.stderr


def restored(tmp_path, backup, name="restored"):
    told = good("restore", "--from", backup, "--data", tmp_path / name)
    assert "answers given after" in told and "read-only" in told
    return tmp_path / name


# covers: U05
def test_a_backup_under_load_holds_every_answer_from_before_it_began(tmp_path):
    seed = int(os.environ.get("COFFER_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"COFFER_SEED={seed}")
    service = Service(tmp_path / "book", "--segment-bytes", "1048576", "--checkpoint-bytes",
                      "1048576").start()
    traffics = [Traffic(service, f"t{number}", seed + number, USERS) for number in range(4)]
    for traffic in traffics:
        traffic.start()
    backups = []
    for number in range(3):
        time.sleep(0.7)
        told = [intent for traffic in traffics for intent in list(traffic.intents) if intent.told]
        backups.append((tmp_path / f"backup-{number}", told))
        good("backup", "--data", service.data, "--to", backups[-1][0])
    assert all(traffic.is_alive() for traffic in traffics), service.said()
    service.kill()
    for traffic in traffics:
        traffic.join()
        assert not traffic.wrong
    assert len(backups[-1][1]) > 100
    for folder, told in backups:
        assert "the book holds" in good("verify", "--data", folder)
        held = references(folder)
        assert {intent.body["reference_id"] for intent in told} <= set(held)
    # The oldest, served: reads at once, writes when an operator says so.
    folder, told = backups[0]
    data = restored(tmp_path, folder)
    service = Service(data).start()
    client = service.client()
    status, body = client.call("GET", "/readyz")
    assert (status, body["data"]["status"]) == (200, "read_only")
    some = told[0].body.get("from_user_id") or told[0].path.split("/")[2]
    assert client.call("GET", f"/wallets/{some}/balance")[0] == 200
    before = good("verify", "--data", data)
    status, body = deposit(client, USERS[0], "refused")
    assert (status, body["code"]) == (503, READ_ONLY) and "--open" in body["message"]
    assert service.stop() == 0
    assert contents(data).keys() >= {Path("MANIFEST")}
    assert "epoch 2: restored" in before and "read-only" in before
    service = Service(data, "--open").start()
    client = service.client()
    assert client.call("GET", "/readyz")[1]["data"]["status"] == "ok"
    for intent in told:
        status, body = intent.ask(client)
        assert status == 200 and figures(body) == intent.told, (intent.body, body)
    assert deposit(client, USERS[0], "after")[0] == 200
    assert service.stop() == 0
    service = Service(data).start()  # it stays open
    assert deposit(service.client(), USERS[0], "again")[0] == 200
    assert service.stop() == 0
    after = good("verify", "--data", data)
    assert "opened by batch" in after


def test_a_backup_writes_nothing_into_the_book_and_has_the_keys_with_their_modes(tmp_path):
    service = made(tmp_path / "book")
    (service.data / "my.key").write_text("secret\n")
    (service.data / "my.key").chmod(0o400)
    (service.data / "notes.txt").write_text("not of the book\n")
    before = contents(service.data)
    told = good("backup", "--data", service.data, "--to", tmp_path / "backup")
    assert contents(service.data) == before
    assert "key copied: my.key" in told and "key copied: dev-jwt.secret" in told
    assert "left out, not of the book: notes.txt" in told
    data = restored(tmp_path, tmp_path / "backup")
    for folder in (tmp_path / "backup", data):
        assert (folder / "my.key").read_text() == "secret\n"
        assert (folder / "my.key").stat().st_mode & 0o777 == 0o400
        assert (folder / "dev-jwt.secret").stat().st_mode & 0o777 == 0o600
        assert not (folder / "notes.txt").exists() and not (folder / "UNFINISHED").exists()
    noted = json.loads((tmp_path / "backup" / "BACKUP").read_text())
    assert noted["format"] == "coffer-backup 1" and noted["epoch"] == 1
    assert f"head: batch {noted['sequence']}, {noted['time']}, {noted['hash']}" in \
        good("verify", "--data", service.data)
    # A backup of what was restored is one epoch further on, and can be restored again.
    good("backup", "--data", data, "--to", tmp_path / "second")
    second = restored(tmp_path, tmp_path / "second", "third")
    assert "epoch 3: restored" in good("verify", "--data", second)


def test_where_no_copy_can_stand(tmp_path):
    service = made(tmp_path / "book", 1)
    full = tmp_path / "full"
    full.mkdir()
    (full / "file").write_text("mine\n")
    for target in (full, service.data, service.data / "inside", tmp_path):
        refused(2, "", "backup", "--data", service.data, "--to", target)
    assert contents(full) == {Path("file"): b"mine\n"}
    assert not (service.data / "inside").exists()
    refused(2, "no book", "backup", "--data", full, "--to", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    good("backup", "--data", service.data, "--to", tmp_path / "backup")
    refused(2, "not an empty folder", "restore", "--from", tmp_path / "backup", "--data",
            service.data)


def test_a_copy_that_was_cut_off_is_neither_served_nor_restored(tmp_path):
    service = made(tmp_path / "book")
    good("backup", "--data", service.data, "--to", tmp_path / "backup")

    def with_little_room(*arguments):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        return subprocess.run([BINARY, *map(str, arguments)], preexec_fn=limit, timeout=60,
                              capture_output=True, text=True, check=False)

    ended = with_little_room("backup", "--data", service.data, "--to", tmp_path / "cut")
    assert ended.returncode == 3, ended.stderr
    ended = with_little_room("restore", "--from", tmp_path / "backup", "--data", tmp_path / "half")
    assert ended.returncode == 3, ended.stderr
    for folder in (tmp_path / "cut", tmp_path / "half"):
        assert (folder / "UNFINISHED").exists() and not (folder / "MANIFEST").exists()
        refused(2, "not finished", "serve", "--dev", "--listen", "127.0.0.1:0", "--data", folder)
        refused(2, "", "restore", "--from", folder, "--data", tmp_path / "new")
    assert not (tmp_path / "new").exists()
    # Killed at any moment: whole, or recognisably not.
    for number in range(6):
        folder = tmp_path / f"killed-{number}"
        process = subprocess.Popen([BINARY, "backup", "--data", str(service.data), "--to",
                                    str(folder)], stdout=subprocess.DEVNULL)
        time.sleep(0.002 * number)
        process.kill()
        process.wait(timeout=30)
        if folder.exists() and list(folder.iterdir()):
            assert (folder / "UNFINISHED").exists() != (folder / "BACKUP").exists()


def test_a_backup_is_not_served(tmp_path):
    service = made(tmp_path / "book", 3)
    good("backup", "--data", service.data, "--to", tmp_path / "backup")
    before = contents(tmp_path / "backup")
    refused(2, "coffer restore", "serve", "--dev", "--listen", "127.0.0.1:0", "--data",
            tmp_path / "backup")
    assert contents(tmp_path / "backup") == before


@pytest.fixture(scope="module")
def naive(tmp_path_factory):
    """A stopped book, the same copied by hand earlier, and a backup of it."""
    folder = tmp_path_factory.mktemp("naive")
    service = made(folder / "book", 60)
    shutil.copytree(service.data, folder / "earlier")
    again = Service(service.data, *SMALL).start()
    for number in range(400):
        assert deposit(again.client(), USERS[number % 5], f"later-{number}")[0] == 200
    assert again.stop() == 0
    good("backup", "--data", service.data, "--to", folder / "backup")
    return folder


def segments(folder):
    return sorted((folder / "journal").glob("*.segment"))


def used(folder):
    return [path for path in segments(folder) if path.read_bytes().strip(b"\0")]


def cut_end(folder):
    """As if the copy had been taken from a book without its last batches."""
    last = used(folder)[-1]
    content = last.read_bytes()
    end = len(content.rstrip(b"\0"))
    keep = max(0, (end - 1) // 512 * 512 - 2048)
    last.write_bytes(content[:keep] + bytes(len(content) - keep))


LACKS = {
    "manifest": lambda folder, _: (folder / "MANIFEST").unlink(),
    "first-segment": lambda folder, _: segments(folder)[0].unlink(),
    "last-segment": lambda folder, _: used(folder)[-1].unlink(),
    "journal": lambda folder, _: shutil.rmtree(folder / "journal"),
    "short-file": lambda folder, _: os.truncate(segments(folder)[0], 4096),
    "old-manifest": lambda folder, earlier: shutil.copy(earlier / "MANIFEST", folder),
    "old-segment": lambda folder, earlier: shutil.copy(used(earlier)[-1], folder / "journal"),
    "end": lambda folder, _: cut_end(folder),
}


# covers: U06, U09
@pytest.mark.parametrize("lack", LACKS)
def test_a_copy_that_lacks_a_part_is_found(naive, tmp_path, lack):
    """By the start or by verify; a backup by restore, always."""
    copy = tmp_path / "copy"
    shutil.copytree(naive / "book", copy)
    LACKS[lack](copy, naive / "earlier")
    verified = run("verify", "--data", copy)
    if lack == "end":  # between two batches: only a head that was noted elsewhere tells
        assert verified.returncode == 0
        refused(1, "behind the end of the book", "verify", "--data", copy, "--head",
                naive / "backup" / "BACKUP")
    elif verified.returncode == 0:
        served = run("serve", "--dev", "--listen", "127.0.0.1:0", "--data", copy)
        assert served.returncode in (2, 3), served.stderr
    backup = tmp_path / "backup"
    shutil.copytree(naive / "backup", backup)
    LACKS[lack](backup, naive / "earlier")
    ended = run("restore", "--from", backup, "--data", tmp_path / "new")
    assert ended.returncode in (1, 2, 3), ended.stdout
    assert not (tmp_path / "new").exists()


# covers: U07
def test_an_older_backup_is_flagged_and_the_gap_is_seen(tmp_path):
    service = Service(tmp_path / "book", *SMALL).start()
    client = service.client()
    assert deposit(client, "usr_a", "kept")[0] == 200
    good("backup", "--data", service.data, "--to", tmp_path / "backup")
    status, lost = deposit(client, "usr_a", "lost")
    assert status == 200
    assert service.stop() == 0
    # The anchor: what an operator keeps of the lost book.
    noted = tmp_path / "noted.log"
    head = re.search(r"head: batch (\d+), (\S+), (\w+)", good("verify", "--data", service.data))
    noted.write_text(f"head of the book: sequence {head[1]}, time {head[2]}, hash {head[3]}\n")
    good("verify", "--data", service.data, "--head", noted)
    data = restored(tmp_path, tmp_path / "backup")
    service = Service(data, *SMALL, "--open").start()
    client = service.client()
    assert deposit(client, "usr_a", "kept")[0] == 200
    # To the restored book the newer reference is new: one effect in this epoch, and only one.
    status, again = deposit(client, "usr_a", "lost")
    assert status == 200 and figures(again) != figures(lost)
    assert figures(deposit(client, "usr_a", "lost")[1]) == figures(again)
    assert client.balance("usr_a") == "10.00"
    assert service.stop() == 0
    told = good("verify", "--data", data)
    assert "epoch 2: restored from a backup" in told and "are lost" in told
    refused(1, "may be of the lost end", "verify", "--data", data, "--head", noted)
    good("verify", "--data", data, "--head", tmp_path / "backup" / "BACKUP")
