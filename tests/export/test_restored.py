"""What only some books hold: epochs of a restored one, and refusals kept under a key. Every export
tells them or passes over them, and the programs that read it go on."""

import csv
import io
import json
import subprocess
from http.client import HTTPConnection

import pytest
from service import Service, run

FORMATS = ("jsonl", "hledger", "beancount", "csv")


def keyed(service, key, path, body):
    connection = HTTPConnection("127.0.0.1", service.port, timeout=20)
    connection.request("POST", path, json.dumps(body), {
        "Authorization": f"Bearer {service.token}", "Content-Type": "application/json",
        "Idempotency-Key": key})
    response = connection.getresponse()
    status, answer = response.status, json.loads(response.read())
    connection.close()
    return status, answer


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("restored")
    service = Service(folder / "book").start()
    # A tab, a control character and the end of a line where a text may have them.
    words = "first\tsecond\nthird\r\x01 100%, \x7f"
    paid = {"amount": "10.00", "description": words, "reference_id": "r-1"}
    assert keyed(service, "k-1", "/wallets/usr_1/deposit", paid)[0] == 200
    status, body = keyed(service, "k-2", "/wallets/usr_1/withdraw", {"amount": "11.00"})
    assert status == 409, body
    assert service.stop() == 0
    for command in (["backup", "--data", folder / "book", "--to", folder / "backup"],
                    ["restore", "--from", folder / "backup", "--data", folder / "restored"]):
        done = run(*command)
        assert done.returncode == 0, done.stdout + done.stderr
    service = Service(folder / "restored", "--open").start()
    status, body = service.client().call("POST", "/wallets/usr_1/deposit", {"amount": "1.00"})
    assert status == 200, body
    assert service.stop() == 0
    found = {}
    for name in FORMATS:
        done = run("export", "--data", folder / "restored", "--format", name)
        assert done.returncode == 0, done.stderr
        found[name] = done.stdout
    return found, folder


def test_json_lines_tell_both_epochs_and_the_refusal(exports):
    records = [json.loads(line) for line in exports[0]["jsonl"].split("\n")[:-1]]
    kinds = [record["kind"] for record in records]
    epochs = [(record["epoch"], record["state"]) for record in records
              if record["kind"] == "epoch"]
    assert epochs == [(2, "restored"), (2, "open")]
    refused = records[kinds.index("refused")]
    assert refused["rejection"] == "exceeds_available_balance"
    paid = records[kinds.index("deposit")]
    assert paid["key_fingerprint"] and paid["key_fingerprint"] != refused["key_fingerprint"]
    assert paid["description"] == "first\tsecond\nthird\r\x01 100%, \x7f"
    assert kinds.count("deposit") == 2


def test_hledger_and_beancount_read_the_book_as_if_it_had_one_life(exports):
    texts, folder = exports
    (folder / "book.journal").write_text(texts["hledger"], newline="\n")
    balance = subprocess.run(
        ["hledger", "-f", folder / "book.journal", "balance", "-N", "--flat", "assets"],
        capture_output=True, text=True, check=False)
    assert balance.returncode == 0, balance.stderr
    assert "11.00 CNY" in balance.stdout
    assert "epoch 2" in texts["hledger"]
    (folder / "book.beancount").write_text(texts["beancount"], newline="\n")
    checked = subprocess.run(["bean-check", folder / "book.beancount"], capture_output=True,
                             text=True, check=False)
    assert checked.returncode == 0 and not checked.stderr, checked.stderr


def test_a_spreadsheet_has_a_row_for_each_posting(exports):
    rows = list(csv.DictReader(io.StringIO(exports[0]["csv"])))
    assert len(rows) == 4
