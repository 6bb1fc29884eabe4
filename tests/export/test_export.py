"""The exports of a real book, held against the API, with the real hledger. COFFER_SEED repeats a
run."""

import collections
import csv
import json
import os
import subprocess
from decimal import Decimal
from urllib.parse import unquote

from book import AWKWARD, DECIMALS, TENANTS, run


def hledger(journal, *arguments):
    done = subprocess.run(["hledger", "-f", str(journal), *arguments], capture_output=True,
                          encoding="utf-8", timeout=300, check=False,
                          env={**os.environ, "LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, (arguments, done.stderr[-2000:])
    return done.stdout


def written(book, folder, *options):
    journal = folder / "book.journal"
    journal.write_text(book.export("--format", "hledger", *options), encoding="utf-8",
                       newline="\n")
    hledger(journal, "check", "-s")
    return journal


def balances_in(journal):
    """Not hledger's JSON, which has ten decimals and no more."""
    found = collections.defaultdict(dict)
    rows = csv.reader(hledger(journal, "balance", "--flat", "-N", "-E", "--layout=bare", "-O",
                              "csv").splitlines())
    assert next(rows) == ["account", "commodity", "balance"]
    for account, commodity, balance in rows:
        found[account][commodity.strip('"')] = Decimal(balance)
    for currency in DECIMALS:
        assert sum(balances.get(currency, 0) for balances in found.values()) == 0, currency
    return found


def expected_balances(book, tenants, prefix):
    """By account; debits are positive."""
    found = collections.defaultdict(lambda: collections.Counter())
    for (tenant, wallet), shown in book.shown.items():
        if tenant not in tenants:
            continue
        available, frozen = (Decimal(shown[f"{part}_balance"]) for part in ("available", "frozen"))
        assert available + frozen == Decimal(shown["balance"])
        account = f"{prefix(tenant)}liabilities:wallet:{wallet}"
        found[account + ":available"][shown["currency"]] -= available
        found[account + ":frozen"][shown["currency"]] -= frozen
        found[prefix(tenant) + "assets:settlement"][shown["currency"]] += available + frozen
    return found


def compare(found, expected):
    for account in {*found, *expected}:
        have, want = found.get(account, {}), expected.get(account, {})
        for currency in {*have, *want}:
            assert have.get(currency, 0) == want.get(currency, 0), (account, currency)


def test_hledger_computes_every_balance_that_the_api_shows(book, tmp_path):
    assert len(book.shown) > 100 and len(book.closed) > 0, book.refused

    def prefix(tenant):
        kept = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else
                       "".join(f"%{byte:02X}" for byte in c.encode()) for c in tenant)
        return kept + ":"

    compare(balances_in(written(book, tmp_path)), expected_balances(book, TENANTS, prefix))
    for tenant in TENANTS:
        journal = written(book, tmp_path, "--tenant", tenant)
        compare(balances_in(journal), expected_balances(book, [tenant], lambda _: ""))


def test_hledger_reads_every_entry_and_every_name(book, tmp_path):
    """Who, whom, by whom and which reference: as hledger's tags, decoded."""
    moved = [record for record in book.records if record.get("postings")]
    entries = json.loads(hledger(written(book, tmp_path), "print", "-O", "json"))
    assert len(entries) == len(moved)
    for entry, record in zip(entries, moved):
        assert entry["tcode"] == record["entry_id"]
        assert entry["tdate"] == record["time"][:10]
        assert entry["tdescription"].split(":")[0] == record["kind"]
        assert "\n" not in entry["tdescription"]
        tags = {name: unquote(value) for name, value in entry["ttags"]}
        assert len(tags) == len(entry["ttags"])
        assert tags == {name: value for name, value in {
            "time": record["time"], "user": record["user_id"],
            "counterparty": record["counterparty_id"], "actor": record["actor_id"],
            "reference": record["reference_id"]}.items() if value}
        assert len(entry["tpostings"]) == len(record["postings"])
    users = {record["user_id"] for record in moved}
    assert users >= set(AWKWARD)


def test_jsonl_tells_what_the_transaction_lists_tell(book):
    sequences = [(record["sequence"], record["ordinal"]) for record in book.records]
    assert sequences == sorted(set(sequences))
    told = collections.defaultdict(list)
    for record in book.records:
        for line in record.get("wallets", ()):
            if line["type"] == "none":
                continue
            before = told[line["wallet_id"]][-1]["balance_after"] if told[line["wallet_id"]] else 0
            other = record["user_id" if line["type"] == "transfer_in" else "counterparty_id"]
            told[line["wallet_id"]].append({
                "id": line["transaction_id"], "entry_id": record["entry_id"],
                "wallet_id": line["wallet_id"], "type": line["type"], "status": "completed",
                "amount": record["amount"], "currency": record["currency"],
                "balance_before": before,
                "balance_after": Decimal(line["available_balance"]) +
                Decimal(line["frozen_balance"]),
                "seq": line["seq"], "counterparty_id": other,
                "reference_id": record["reference_id"], "description": record["description"],
                "created_at": record["time"]})
    # A closed wallet has no path of its own once there is a newer one; all others have.
    assert set(told) == {wallet for _, wallet in book.shown} | {wallet for _, wallet in book.closed}
    for (tenant, wallet), shown in book.shown.items():
        rows = book.rows(tenant, shown["user_id"], shown["currency"], "transactions")
        for row in rows:
            row["balance_before"] = Decimal(row["balance_before"])
            row["balance_after"] = Decimal(row["balance_after"])
        assert rows == told[wallet][::-1]


# What the lists say ended a freeze, by the state that the record gives it.
ENDINGS = {"open": "", "released": "release", "captured": "capture"}


def test_jsonl_tells_what_the_lists_of_freezes_tell(book):
    told = collections.defaultdict(dict)
    for record in book.records:
        for hold in record.get("holds", ()):
            ended = ENDINGS[hold["state"]]
            left = Decimal(hold["amount"]) - Decimal(hold["captured"])
            told[hold["wallet_id"]][hold["freeze_id"]] = {
                "id": hold["freeze_id"], "wallet_id": hold["wallet_id"], "amount": hold["amount"],
                "captured_amount": hold["captured"],
                "remaining_amount": f"{left * (not ended):f}",
                "reason": hold["reason"], "status": "released" if ended else "active",
                "ended_by": ended, "created_at": hold["opened_at"], "expires_at": "",
                "released_at": record["time"] if ended else ""}
    assert sum(len(holds) for holds in told.values()) >= 2 * len(TENANTS) * len(AWKWARD)
    for (tenant, wallet), shown in book.shown.items():
        rows = book.rows(tenant, shown["user_id"], shown["currency"], "freezes")
        assert rows == list(told[wallet].values())[::-1]


def test_the_wallets_that_were_closed_are_closed_and_empty(book):
    last = {}
    for record in book.records:
        for line in record.get("wallets", ()):
            last[record["tenant_id"], line["wallet_id"]] = line
    closed = {key: line for key, line in last.items() if line["status"] == "closed"}
    assert set(closed) == book.closed
    for line in closed.values():
        assert Decimal(line["available_balance"]) == Decimal(line["frozen_balance"]) == 0
        assert line["open_holds"] == 0


# covers: S07
def test_a_tenants_export_has_its_records_and_no_others(book):
    for tenant in TENANTS:
        mine = book.exported_records("--tenant", tenant)
        movements = [record for record in book.records if record.get("tenant_id") == tenant]
        assert [record for record in mine if "tenant_id" in record] == movements
    nobody = run("export", "--data", book.service.data, "--format", "jsonl", "--tenant", "nobody")
    assert nobody.returncode != 0 and "nobody" in nobody.stderr


def test_beside_the_service_and_after_its_end_the_export_is_the_same(book):
    """Last: it stops the service."""
    beside = book.export("--format", "hledger")
    assert book.service.stop() == 0, book.service.said()
    assert book.export("--format", "hledger") == beside
    assert book.exported_records() == book.records
