"""The same book's exports for beancount and for spreadsheets, read back by the real beancount and
by a CSV reader."""

import collections
import csv
import io
import re
import subprocess
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core import data, realization
from book import DECIMALS, TENANTS
from service import BINARY
from test_export import compare, expected_balances


def component(text):
    """A tenant as part of a beancount account's name."""
    return "T" + "".join(c if c.isascii() and c.isalnum() else
                         "".join(f"-{byte:02X}" for byte in c.encode()) for c in text)


def expected(book, tenants, prefixed):
    """What the API shows, under beancount's names."""
    found = {}
    for tenant in tenants:
        for account, balances in expected_balances(book, [tenant], lambda _: "").items():
            parts = account.split(":")
            kind = parts[0].capitalize()
            front = [kind, component(tenant)] if prefixed else [kind]
            if parts[0] == "assets":
                name = front + ["Settlement"]
            else:
                name = front + ["Wallet", parts[2].removeprefix("wlt_"), parts[3].capitalize()]
            found[":".join(name)] = balances
    return found


def written(book, folder, *options):
    path = folder / "book.beancount"
    path.write_text(book.export("--format", "beancount", *options), encoding="utf-8", newline="\n")
    checked = subprocess.run(["bean-check", str(path)], capture_output=True, encoding="utf-8",
                             timeout=300, check=False)
    assert checked.returncode == 0 and not checked.stderr, checked.stderr[-2000:]
    return path


def loaded(path):
    entries, errors, _ = loader.load_file(str(path))
    assert not errors, errors[:5]
    return entries


def balances_in(entries):
    found = collections.defaultdict(dict)
    for account in realization.iter_children(realization.realize(entries)):
        for position in account.balance:
            found[account.account][position.units.currency] = position.units.number
    return found


@pytest.mark.parametrize("prefixed", [True, False])
def test_beancount_computes_every_balance_that_the_api_shows(book, tmp_path, prefixed):
    if prefixed:
        found = balances_in(loaded(written(book, tmp_path)))
        compare(found, expected(book, TENANTS, True))
        return
    for tenant in TENANTS:
        found = balances_in(loaded(written(book, tmp_path, "--tenant", tenant)))
        compare(found, expected(book, [tenant], False))


def test_beancount_reads_every_entry_and_every_name(book, tmp_path):
    moved = [record for record in book.records if record.get("postings")]
    entries = [entry for entry in loaded(written(book, tmp_path))
               if isinstance(entry, data.Transaction)]
    assert len(entries) == len(moved)
    by_id = {entry.meta["entry"]: entry for entry in entries}
    for record in moved:
        entry = by_id[record["entry_id"]]
        assert entry.date.isoformat() == record["time"][:10]
        assert (entry.payee, entry.narration) == (record["kind"], record["description"])
        names = {"time": record["time"], "user": record["user_id"],
                 "counterparty": record["counterparty_id"], "actor": record["actor_id"],
                 "reference": record["reference_id"]}
        assert {name: entry.meta.get(name, "") for name in names} == names
        assert [(posting.units.currency, abs(posting.units.number))
                for posting in entry.postings] == \
            [(posting["currency"], Decimal(posting["amount"])) for posting in record["postings"]]


def test_beancount_asserts_every_final_balance_and_notices_a_changed_amount(book, tmp_path):
    path = written(book, tmp_path)
    entries = loaded(path)
    asserted = {(entry.account, entry.amount.currency): entry.amount.number
                for entry in entries if isinstance(entry, data.Balance)}
    wide = {"ETH"}  # of the wallet that holds the most there can be
    for account, balances in balances_in(entries).items():
        for currency, number in balances.items():
            if currency not in wide:
                assert asserted[account, currency] == number
    assert len(asserted) > 100
    text = path.read_text(encoding="utf-8")
    # One minor unit in an assertion is noticed, too.
    front, number, behind = re.fullmatch(r"(.* balance \S+  )(\S+)( ~ 0 CNY\n.*)", text,
                                         re.S).groups()
    path.write_text(f"{front}{Decimal(number) + Decimal('0.01')}{behind}", encoding="utf-8",
                    newline="\n")
    assert subprocess.run(["bean-check", str(path)], capture_output=True, timeout=300,
                          check=False).returncode != 0
    at = text.index(" CNY\n", text.index(' * "deposit"'))
    digit = text[at - 1]
    changed = text[:at - 1] + ("1" if digit == "0" else "0") + text[at:]
    path.write_text(changed, encoding="utf-8", newline="\n")
    assert subprocess.run(["bean-check", str(path)], capture_output=True, timeout=300,
                          check=False).returncode != 0


def unmarked(text):
    return text[1:] if text.startswith("'") else text


def test_csv_has_every_posting_and_nothing_that_a_spreadsheet_computes(book):
    done = subprocess.run([BINARY, "export", "--data", str(book.service.data), "--format", "csv"],
                          capture_output=True, check=True, timeout=120)
    text = done.stdout.decode("utf-8")
    assert text.endswith("\r\n")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    postings = [(record, posting) for record in book.records
                for posting in record.get("postings", ())]
    assert len(rows) == len(postings) > 500
    names = ("tenant_id", "user_id", "counterparty_id", "actor_id", "application_id",
             "reference_id", "description")
    for row, (record, posting) in zip(rows, postings):
        assert row["sequence"] == str(record["sequence"])
        assert row["ordinal"] == str(record["ordinal"])
        for name in ("time", "entry_id", "kind"):
            assert row[name] == record[name]
        for name in names:
            assert unmarked(row[name]) == record[name]
            assert not row[name].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert row["wallet_id"] == posting.get("wallet_id", "")
        for name in ("account", "side", "currency", "amount", "balance_before", "balance_after"):
            assert row[name] == posting[name]
            assert name in ("account", "side", "currency") or \
                -Decimal(row[name]).as_tuple().exponent == DECIMALS[row["currency"]]
    assert any(row["user_id"].startswith("'=") for row in rows)
    # Every line ends in CRLF outside of quotation marks, and nowhere else.
    outside = "".join(text.split('"')[::2])
    assert outside.count("\r\n") == outside.count("\n") == len(rows) + 1
