"""A service with a history that every export must tell."""

import collections
import itertools
import json
import os
import random
import sys
import time
from decimal import Decimal, getcontext
from pathlib import Path
from urllib.parse import quote

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

    def capture(self, tenant, user):
        """A part of one freeze, and all of another."""
        path = f"/wallets/{quote(user, safe='')}/"
        part, rest = {"amount": "0.01"}, {"description": "the rest"}
        for reason, parts in (("a part", [part]), ("all", [part, rest])):
            body = {"amount": "0.02", "currency": "CNY", "reason": reason}
            made = self.ask(tenant, "POST", path + "freeze", body)
            capture = f"{path}freezes/{made['data']['freeze']['id']}/capture"
            for fields in parts:
                self.ask(tenant, "POST", capture, self.texts(dict(fields)))

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
