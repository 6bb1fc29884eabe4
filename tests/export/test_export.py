"""The exports of a real book, held against the API, with the real hledger. COFFER_SEED repeats a
run."""

import collections
import csv
import itertools
import json
import os
import random
import subprocess
import sys
import time
from decimal import Decimal, getcontext
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "kill"))
from service import Client, Service, run  # noqa: E402

getcontext().prec = 80  # amounts have up to 31 digits
OPERATIONS = {"fast": 300, "default": 1500, "all": 10000}[
    os.environ.get("COFFER_TEST_SET", "default")]
UNITS = {"POINTS2": 0, "A1": 3, "USDT": 6, "ETH": 18}
DECIMALS = {"CNY": 2, "JPY": 0, "KWD": 3, **UNITS}
NEXT_SEGMENT_NOT_READY = 61060905  # small segments are used up faster than they are made
# What hledger, JSON, a URL or a terminal could take for something else.
AWKWARD = [
    "usr_plain", "用户 甲", "Ünïcode", "e\u0301", "é", "👩\u200d👩\u200d👧", "a b", " leading",
    "trailing ", "two  spaces", "semi;colon", "com,ma", "pi|pe", "co:lon", "a:b:c", 'quo"te',
    "apo'strophe", "(code)", "[x]", "[2020-01-01]", "date:2020-99-99", "date2:x",
    "a, date:2020-99-99", "a,user:b", "a, user:b", "= 5", "== 5 CNY", "! flag", "* star", "#hash",
    "%", "50%2C", "%25", "~", "-", "--", "@ 5", "@@", "{5}", "slash/ed", "back\\slash",
    "\u00a0nbsp\u00a0", "\u3000wide\u3000", "\u2028line", "..", "include x", "end comment",
    "a" * 128, "界" * 42]
TENANTS = ["tnt_demo", "银行: b;c  %d, \"e\""]


class Book:
    """A service with a history, and what was asked of it."""

    def __init__(self, folder, seed):
        self.chance = random.Random(seed)
        units = [f"{code}:{decimals}" for code, decimals in UNITS.items()]
        self.service = Service(folder, "--segment-bytes", "262144", "--checkpoint-bytes",
                               "262144", "--units", *units).start()
        self.clients = {tenant: Client(self.service.port, self.token(tenant))
                        for tenant in TENANTS}
        self.freezes = []  # of open ones: tenant, user, id
        self.closed = set()  # tenant, wallet
        self.refused = collections.Counter()
        self.numbers = itertools.count(1)

    def token(self, tenant):
        made = run("token", "--data", self.service.data, "--tenant", tenant, "--user",
                   "admin; of, " + tenant, "--role", "admin")
        assert made.returncode == 0, made.stderr
        return made.stdout.strip()

    def ask(self, tenant, method, path, body=None, allowed=()):
        status, answer = self.clients[tenant].call(method, path, body)
        while status == 503 and answer["code"] == NEXT_SEGMENT_NOT_READY:
            time.sleep(0.05)
            status, answer = self.clients[tenant].call(method, path, body)
        if status in allowed:
            self.refused[status, answer["code"]] += 1
            return None
        assert status in (200, 201), (method, path, body, status, answer)
        return answer

    def amount(self, currency):
        digits = self.chance.choice((1, 2, 4, DECIMALS[currency] + 3))
        minor = self.chance.randint(1, 10 ** digits)
        return f"{Decimal(minor).scaleb(-DECIMALS[currency]):f}"

    def texts(self, body):
        if self.chance.random() < 0.7:
            body["reference_id"] = f"{next(self.numbers)}{self.chance.choice(AWKWARD)[:30]}"
        if self.chance.random() < 0.7:
            body["description"] = self.chance.choice(AWKWARD)
        return body

    def one_operation(self):
        tenant = self.chance.choice(TENANTS)
        user, other = self.chance.sample(AWKWARD, 2)
        currency = self.chance.choice(sorted(DECIMALS))
        path = "/wallets/" + quote(user, safe="")
        body = {"amount": self.amount(currency), "currency": currency}
        kind = self.chance.random()
        if kind < 0.45:
            self.ask(tenant, "POST", path + "/deposit", self.texts(body))
        elif kind < 0.6:
            self.ask(tenant, "POST", path + "/withdraw", self.texts(body), allowed=(404, 409))
        elif kind < 0.75:
            body |= {"from_user_id": user, "to_user_id": other}
            self.ask(tenant, "POST", "/wallets/transfer", self.texts(body), allowed=(404, 409))
        elif kind < 0.88:
            body["reason"] = other
            made = self.ask(tenant, "POST", path + "/freeze", body, allowed=(404, 409))
            if made:
                self.freezes.append((tenant, user, made["data"]["freeze"]["id"]))
        elif kind < 0.95 and self.freezes:
            freeze = self.freezes.pop(self.chance.randrange(len(self.freezes)))
            path = "/wallets/" + quote(freeze[1], safe="") + "/unfreeze"
            self.ask(freeze[0], "POST", path, {"freeze_id": freeze[2]})
        else:
            self.close(tenant, user, currency)

    def freeze_twice(self, tenant, user):
        """Releases one of two, so that every book has both, whatever the chances are."""
        path = f"/wallets/{quote(user, safe='')}/"
        for reason in (user, "released"):
            body = {"amount": "0.01", "currency": "CNY", "reason": reason}
            made = self.ask(tenant, "POST", path + "freeze", body)
        body = {"freeze_id": made["data"]["freeze"]["id"]}
        self.ask(tenant, "POST", path + "unfreeze", body)

    def close(self, tenant, user, currency):
        """Takes everything out first; with something frozen it stays open."""
        wallet = self.balance(tenant, user, currency)
        if wallet is None or (tenant, wallet["wallet_id"]) in self.closed:
            return
        if Decimal(wallet["available_balance"]):
            body = {"amount": wallet["available_balance"], "currency": currency}
            self.ask(tenant, "POST", f"/wallets/{quote(user, safe='')}/withdraw", body)
        path = f"/admin/wallets/{wallet['wallet_id']}"
        if self.ask(tenant, "DELETE", path, allowed=(409,)):
            self.closed.add((tenant, wallet["wallet_id"]))

    def balance(self, tenant, user, currency):
        path = f"/wallets/{quote(user, safe='')}/balance?currency={currency}"
        answer = self.ask(tenant, "GET", path, allowed=(404,))
        return answer and answer["data"]

    def balances(self):
        """All that GET /wallets/{user_id}/balance tells, by tenant and wallet."""
        found = {}
        for tenant, user, currency in itertools.product(TENANTS, AWKWARD, DECIMALS):
            wallet = self.balance(tenant, user, currency)
            if wallet:
                found[tenant, wallet["wallet_id"]] = {**wallet, "user_id": user}
        return found

    def rows(self, tenant, user, currency, what):
        path = f"/wallets/{quote(user, safe='')}/{what}?currency={currency}&page_size=100"
        items, cursor = [], ""
        while True:
            page = self.ask(tenant, "GET", path + (f"&cursor={cursor}" if cursor else ""))
            items += page["items"]
            cursor = page["pagination"]["next_cursor"]
            if not cursor:
                assert page["total"] == len(items)
                return items

    def export(self, *options):
        done = run("export", "--data", self.service.data, *options, encoding="utf-8")
        assert done.returncode == 0, done.stderr
        return done.stdout

    def exported_records(self, *options):
        """JSON lines end in \\n; Python's splitlines() knows other ends, too."""
        text = self.export("--format", "jsonl", *options)
        assert text.endswith("\n")
        return [json.loads(line) for line in text[:-1].split("\n")]


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    given = os.environ.get("COFFER_SEED")
    seed = int(given) if given else random.SystemRandom().randrange(1 << 32)
    print(f"COFFER_SEED={seed}")
    made = Book(tmp_path_factory.mktemp("export") / "book", seed)
    try:
        # The most that a wallet can hold, and out of it the least.
        most = {"amount": "1000000000000", "currency": "ETH"}
        made.ask(TENANTS[0], "POST", "/wallets/usr_most/deposit", most)
        least = {"amount": "0.000000000000000001", "currency": "ETH"}
        made.ask(TENANTS[0], "POST", "/wallets/usr_most/withdraw", least)
        for tenant, user in itertools.product(TENANTS, AWKWARD):
            body = {"amount": "1.00", "currency": "CNY", "description": user}
            made.ask(tenant, "POST", f"/wallets/{quote(user, safe='')}/deposit", body)
            made.freeze_twice(tenant, user)
        first = f"/wallets/{AWKWARD[0]}/deposit"
        made.ask(TENANTS[1], "POST", first, {"amount": "0.001", "currency": "KWD"})
        made.close(TENANTS[1], AWKWARD[0], "KWD")
        for _ in range(OPERATIONS):
            made.one_operation()
        made.shown = made.balances()
        made.shown[TENANTS[0], made.balance(TENANTS[0], "usr_most", "ETH")["wallet_id"]] = {
            **made.balance(TENANTS[0], "usr_most", "ETH"), "user_id": "usr_most"}
        made.records = made.exported_records()
        yield made
        checked = made.service.verify()
        assert checked.returncode == 0, checked.stdout + checked.stderr
    finally:
        if made.service.process.poll() is None:
            made.service.kill()


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


def test_jsonl_tells_what_the_lists_of_freezes_tell(book):
    told = collections.defaultdict(dict)
    for record in book.records:
        for hold in record.get("holds", ()):
            ended = hold["state"] == "released"
            told[hold["wallet_id"]][hold["freeze_id"]] = {
                "id": hold["freeze_id"], "wallet_id": hold["wallet_id"], "amount": hold["amount"],
                "reason": hold["reason"], "status": "released" if ended else "active",
                "created_at": hold["opened_at"], "released_at": record["time"] if ended else ""}
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
