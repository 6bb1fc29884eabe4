"""Signed heads and receipts: by our own verifier and by the script in docs/receipts.md."""

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from service import ROOT, Client, Service, run

USERS = ["usr_a", "用户 乙", "a b\"\\c"]
SMALL = ("--segment-bytes", "65536", "--checkpoint-bytes", "65536")
DOCUMENT = (ROOT / "docs/receipts.md").read_text(encoding="utf-8")


class Proofs:
    def __init__(self, folder):
        self.folder = folder
        self.service = Service(folder / "book", *SMALL).start()
        self.data = self.service.data
        client = self.service.client()
        for number in range(40):
            body = {"amount": "7.50", "reference_id": f"made {number}", "description": "a\nb"}
            path = f"/wallets/{quote(USERS[number % len(USERS)], safe='')}/deposit"
            assert client.call("POST", path, body)[0] == 200
        body = {"from_user_id": USERS[0], "to_user_id": USERS[1], "amount": "1.25"}
        assert client.call("POST", "/wallets/transfer", body)[0] == 200
        status, answer = client.call("GET", "/admin/ledger/head")
        assert status == 200, answer
        self.head = answer
        self.key = folder / "key.txt"
        self.key.write_text(answer["data"]["public_key"] + "\n")
        exported = run("export", "--data", self.data, "--format", "jsonl")
        self.rows = [(record, line) for record in map(json.loads, exported.stdout.split("\n")[:-1])
                     for line in record.get("wallets", ()) if line["type"] != "none"]
        script = re.search(r"```python\n(.*?)```", DOCUMENT, re.S)[1]
        assert 15 <= len(list(filter(None, script.splitlines()))) <= 21
        self.script = folder / "check.py"
        self.script.write_text(script, encoding="utf-8")

    def receipt(self, transaction):
        made = run("receipt", "--data", self.data, "--transaction", transaction)
        assert made.returncode == 0, made.stderr
        return made.stdout

    def by_coffer(self, path, *options):
        return run("verify", "--receipt", path, *options)

    def by_script(self, path, *options):
        return subprocess.run([sys.executable, str(self.script), str(path), *map(str, options)],
                              capture_output=True, encoding="utf-8", timeout=60, check=False,
                              env={**os.environ, "PYTHONIOENCODING": "utf-8"})


@pytest.fixture(scope="module")
def proofs(tmp_path_factory):
    made = Proofs(tmp_path_factory.mktemp("proofs"))
    made.service.stop()
    return made


def good(done, words=""):
    assert done.returncode == 0, done.stdout + done.stderr
    assert words in done.stdout, done.stdout
    return done.stdout


def test_the_head_is_signed_and_is_the_books(proofs):
    head = proofs.head["data"]
    names = ("book", "epoch", "sequence", "time", "hash")
    text = "coffer-head 1\n" + "".join(f"{name} {head[name]}\n" for name in names)
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(head["public_key"]))
    key.verify(bytes.fromhex(head["signature"]), text.encode())
    with pytest.raises(InvalidSignature):
        key.verify(bytes.fromhex(head["signature"]), text.replace("epoch 1", "epoch 2").encode())
    assert json.loads(good(run("head", "--data", proofs.data))) == head
    private = proofs.data / "ledger-head.key"
    assert private.stat().st_mode & 0o777 == 0o600
    assert f"head: batch {head['sequence']}, {head['time']}, {head['hash']}" in \
        good(run("verify", "--data", proofs.data))


def test_only_an_administrator_sees_the_head(tmp_path):
    service = Service(tmp_path / "book").start()
    for options, status in ((["--permission", "wallet:admin"], 200), (["--role", "admin"], 200),
                            (["--permission", "wallet:read"], 403), ([], 403)):
        token = run("token", "--data", service.data, "--tenant", "t", "--user", "u", *options)
        client = Client(service.port, token.stdout.strip())
        assert client.call("GET", "/admin/ledger/head")[0] == status, options
    head = service.client().call("GET", "/api/v1/admin/ledger/head")[1]["data"]
    assert service.stop() == 0
    again = Service(tmp_path / "book").start()
    later = again.client().call("GET", "/admin/ledger/head")[1]["data"]
    assert later["public_key"] == head["public_key"] and later == head  # nothing was written
    assert again.stop() == 0
    # The log has it, too, and can be given back as it is.
    log = tmp_path / "service.log"
    log.write_text(service.said())
    good(run("verify", "--data", service.data, "--head", log), "noted heads are in the book")


# covers: U09
def test_noted_heads_are_in_the_book_or_found(proofs, tmp_path):
    def verify(**changes):
        noted = {**proofs.head["data"], **changes}
        (tmp_path / "head.json").write_text(json.dumps(noted))
        return run("verify", "--data", proofs.data, "--head", tmp_path / "head.json")

    good(verify(), "1 noted heads are in the book")
    (tmp_path / "answer.json").write_text(json.dumps(proofs.head))
    receipt = tmp_path / "receipt.json"
    receipt.write_text(proofs.receipt(proofs.rows[3][1]["transaction_id"]), encoding="utf-8")
    good(run("verify", "--data", proofs.data, "--head", tmp_path / "answer.json", receipt),
         "2 noted heads are in the book")
    head = proofs.head["data"]
    zeros = "0" * 64
    for changes in ({"hash": zeros}, {"sequence": head["sequence"] - 1}, {"epoch": 2},
                    {"sequence": head["sequence"] + 1}, {"book": zeros[:32]},
                    {"time": "2020-01-01T00:00:00.000Z"}, {"public_key": zeros},
                    {"signature": zeros * 2}, {"signature": "x"}):
        found = verify(**changes)
        assert found.returncode == 1 and "noted_head" in found.stdout, (changes, found.stdout)
    unsigned = {name: head[name] for name in ("sequence", "time", "hash")}
    (tmp_path / "lines").write_text("nothing\n" + json.dumps(unsigned) + "\n")
    good(run("verify", "--data", proofs.data, "--head", tmp_path / "lines"), "1 noted heads")
    (tmp_path / "none").write_text("nothing\n")
    assert run("verify", "--data", proofs.data, "--head", tmp_path / "none").returncode == 2


def test_a_receipt_proves_one_transaction_without_the_book(proofs, tmp_path):
    chosen = [*proofs.rows[:4], *proofs.rows[-2:]]
    assert [line["type"] for _, line in chosen[-2:]] == ["transfer_out", "transfer_in"]
    for number, (record, line) in enumerate(chosen):
        path = tmp_path / f"{number}.json"
        path.write_text(proofs.receipt(line["transaction_id"]), encoding="utf-8", newline="")
        for judge in (proofs.by_coffer, proofs.by_script):
            options = ("--public-key", proofs.key) if judge == proofs.by_coffer else (proofs.key,)
            said = dict(text.split(" ", 1) for text in
                        good(judge(path, *options)).split("\n") if " " in text)
            assert said["transaction"] == line["transaction_id"]
            assert said["entry"] == record["entry_id"] and said["kind"] == record["kind"]
            assert said["type"] == line["type"] and said["wallet"] == line["wallet_id"]
            assert said["tenant"] == record["tenant_id"] and said["time"] == record["time"]
            assert said["amount"] == f"{record['amount']} {record['currency']}"
            other = line["type"] == "transfer_in"
            assert said["user"] == record["counterparty_id" if other else "user_id"]
            assert said.get("reference", "") == record["reference_id"]
            assert said["record"] == record["hash"]
    missing = run("receipt", "--data", proofs.data, "--transaction", "txn_" + "0" * 26)
    assert missing.returncode == 2 and "no transaction" in missing.stderr


@pytest.mark.slow
def test_every_altered_byte_is_noticed(proofs, tmp_path):
    seed = int(os.environ.get("COFFER_SEED") or random.SystemRandom().randrange(1 << 32))
    print(f"COFFER_SEED={seed}")
    chance = random.Random(seed)
    receipt = proofs.receipt(proofs.rows[1][1]["transaction_id"]).encode()
    path = tmp_path / "receipt.json"
    for number in range(60):
        at = chance.randrange(len(receipt))
        altered = bytearray(receipt)
        altered[at] ^= chance.choice((1, 2, 4, 8, 16, 32, 64, 128))
        path.write_bytes(altered)
        by_coffer = proofs.by_coffer(path)
        assert by_coffer.returncode == 1, (at, by_coffer.stdout)
        if number < 20:
            by_script = proofs.by_script(path, proofs.key)
            assert by_script.returncode == 1, (at, by_script.stdout)
    for altered in (receipt + b"\n", receipt[:-1], receipt.replace(b" ", b"  ", 1), b"", b"{}"):
        path.write_bytes(altered)
        assert proofs.by_coffer(path).returncode == 1
        assert proofs.by_script(path, proofs.key).returncode == 1


def test_another_key_proves_nothing(proofs, tmp_path):
    other = Service(tmp_path / "other").start()
    head = other.client().call("GET", "/admin/ledger/head")[1]["data"]
    assert other.stop() == 0
    key = tmp_path / "key.txt"
    key.write_text(head["public_key"] + "\n")
    path = tmp_path / "receipt.json"
    path.write_text(proofs.receipt(proofs.rows[0][1]["transaction_id"]), encoding="utf-8",
                    newline="")
    assert "another key" in proofs.by_coffer(path, "--public-key", key).stdout
    assert proofs.by_script(path, key).returncode == 1
    key.write_text("no key\n")
    assert proofs.by_coffer(path, "--public-key", key).returncode == 2


def test_beside_the_service_and_from_a_backup(tmp_path):
    service = Service(tmp_path / "book", *SMALL).start()
    status, made = service.client().call("POST", "/wallets/u/deposit", {"amount": "1"})
    assert status == 200
    transaction = re.search(r"txn_\w+", json.dumps(made))[0]
    beside = good(run("receipt", "--data", service.data, "--transaction", transaction))
    assert run("backup", "--data", service.data, "--to", tmp_path / "backup").returncode == 0
    assert service.stop() == 0
    assert good(run("receipt", "--data", tmp_path / "backup", "--transaction", transaction)) == \
        beside
    (service.data / "ledger-head.key").unlink()
    with_new_key = good(run("receipt", "--data", service.data, "--transaction", transaction))
    assert json.loads(with_new_key)["head"]["hash"] == json.loads(beside)["head"]["hash"]
    assert Path(service.data / "ledger-head.key").stat().st_mode & 0o777 == 0o600
