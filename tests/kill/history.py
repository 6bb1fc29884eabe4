"""Clients that write down what they ask, when, and what they are told, for coffer_history_check.

The format and its words (intent, process, first, entry …) are those of tests/history/format.h. What
is recorded is kept as it was read; names become numbers only when the history is written, when all
of them are known.
"""

import json
import re
import subprocess
import time
from decimal import Decimal, InvalidOperation
from http.client import HTTPConnection, HTTPException
from itertools import count
from pathlib import Path

from service import BINARY

CHECKER = Path(BINARY).parent / "tests" / "coffer_history_check"
ROW_TYPES = {"deposit": "d", "withdraw": "w", "transfer_out": "o", "transfer_in": "i",
             "freeze": "z", "unfreeze": "u"}
REFUSED = (404, 409)  # the core decided; nothing else is expected of a request that makes sense


def minor(text):
    """`12.50` is 1250. What is no such amount becomes a number that nothing agrees with."""
    try:
        value = Decimal(text).scaleb(2)
        return int(value) if value == value.to_integral_value() else -987654321
    except (InvalidOperation, TypeError):
        return -987654321


def decimal(amount):
    return f"{amount // 100}.{amount % 100:02}"


class Intent:
    """One thing wanted, with its own reference. `freeze` of an unfreeze: the intent it ends."""

    def __init__(self, verb, tenant, user, amount=0, payee=None, freeze=None, reference=""):
        self.verb, self.tenant, self.user, self.amount = verb, tenant, user, amount
        self.payee, self.freeze, self.reference = payee, freeze, reference
        self.freeze_id = self.number = None
        self.ending = False  # of a freeze: somebody wants to end it

    def request(self):
        if self.verb == "u":
            return f"/wallets/{self.user}/unfreeze", {"freeze_id": self.freeze.freeze_id}
        body = {"amount": decimal(self.amount), "reference_id": self.reference}
        if self.verb == "t":
            return "/wallets/transfer", body | {"from_user_id": self.user,
                                                "to_user_id": self.payee}
        word = {"d": "deposit", "w": "withdraw", "z": "freeze"}[self.verb]
        return f"/wallets/{self.user}/{word}", body


class History:
    """What several recorders saw; they may run in threads of one process."""

    def __init__(self):
        self.events = []  # (instant, what, ...), appended by every thread
        self.begun = time.monotonic_ns()
        self.operations, self.processes, self.references = count(), count(), count()
        self.freezes = {}  # (tenant, user): the amounts of its freezes, each once
        self.by_reference, self.unfreezes = {}, {}
        self.wallet_ids = {}
        self.wrong = []  # answers that no rule of the format can say

    def now(self):
        return time.monotonic_ns() - self.begun

    def want(self, verb, tenant, user, amount=0, payee=None, freeze=None):
        if verb == "z":
            # Its amount is how its end is recognised in a statement.
            amount = 100 + next(self.freezes.setdefault((tenant, user), count()))
        intent = Intent(verb, tenant, user, amount, payee, freeze, f"r-{next(self.references)}")
        if verb == "u":
            intent.amount = freeze.amount
            self.unfreezes[tenant, user, freeze.amount] = intent
        else:
            self.by_reference[intent.reference] = intent
        return intent

    def learn(self, wallet):
        key = wallet["tenant_id"], wallet["user_id"]
        self.wallet_ids.setdefault(key, wallet["wallet_id"])

    def death(self):
        self.events.append((self.now(), "k"))

    def quiet(self):
        self.events.append((self.now(), "q"))

    def write(self, path):
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in Lines(self).all())


class Recorder:
    """One connection, one client after another: after an answer that nobody knows, the next."""

    def __init__(self, history, port, token, tenant):
        self.history, self.tenant = history, tenant
        self.connection = HTTPConnection("127.0.0.1", port, timeout=20)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.process = self.operation = None

    def call(self, method, path, body, verb, subject, *more):
        """`ok` with the answer, `fail` with it, or `info`."""
        history = self.history
        if self.process is None:
            self.process = next(history.processes)
            history.events.append((history.now(), "p", self.process, self.tenant))
        self.operation = operation = next(history.operations)
        history.events.append((history.now(), "i", operation, self.process, verb, subject, *more))
        try:
            self.connection.request(method, path, json.dumps(body) if body else None, self.headers)
            response = self.connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, HTTPException, ValueError):
            return self.unknown(operation)
        at = history.now()
        if response.status in (200, 201):
            first = "r" if response.getheader("Idempotency-Replayed") == "true" else "n"
            history.events.append((at, "o", operation, verb, subject, first, answer))
            return "ok", answer
        if response.status == 503 and answer.get("outcome") == "unknown":
            return self.unknown(operation)
        if response.status not in (*REFUSED, 503):
            history.wrong.append((method, path, body, response.status, answer))
        history.events.append((at, "f", operation, answer))
        return "fail", answer

    def unknown(self, operation):
        self.history.events.append((self.history.now(), "n", operation))
        self.connection.close()
        self.process = None
        return "info", None

    def attempt(self, intent):
        path, body = intent.request()
        outcome, answer = self.call("POST", path, body, intent.verb, intent)
        if outcome == "ok":
            data = answer["data"]
            for name in ("wallet", "from_wallet", "to_wallet"):
                if name in data:
                    self.history.learn(data[name])
            if intent.verb == "z":
                intent.freeze_id = data["freeze"]["id"]
        return outcome

    def set_status(self, user, status):
        wallet_id = self.history.wallet_ids.get((self.tenant, user))
        if wallet_id is None:
            return "fail"
        word = {"a": "active", "z": "frozen"}[status]
        return self.call("PUT", f"/admin/wallets/{wallet_id}", {"status": word}, "s",
                         (self.tenant, user), status)[0]

    def balance(self, user, tenant=None):
        """Of another tenant: asked for where it cannot be."""
        return self.call("GET", f"/wallets/{user}/balance", None, "b",
                         (tenant or self.tenant, user))

    def page(self, user, size, before=None):
        """The first page, or the one behind `before`, which is what this gave. None: no more."""
        path = f"/wallets/{user}/transactions?page_size={size}"
        if before:
            path += f"&cursor={before[1]}"
        outcome, answer = self.call("GET", path, None, "l", (self.tenant, user), size,
                                    before[0] if before else None)
        if outcome != "ok":
            return None
        return self.operation, answer["pagination"]["next_cursor"]


class Lines:
    """A history as lines, in the order of their instants."""

    def __init__(self, history):
        self.history = history
        self.wallets, self.tenants, self.entries = {}, {}, {}
        self.by_id, self.operations, self.processes, self.intents = {}, {}, {}, 0

    def all(self):
        events = sorted(self.history.events, key=lambda event: event[0])  # stable
        yield "coffer-history 1"
        yield from self.declare(events)
        for event in events:
            yield from getattr(self, "line_" + event[1])(event[0], *event[2:])

    def declare(self, events):
        """Every tenant and wallet that anybody asked for."""
        for event in events:
            if event[1] == "p":
                yield from self.declare_tenant(event[3])
            if event[1] != "i":
                continue
            subject = event[5]
            users = [(subject.tenant, subject.user), (subject.tenant, subject.payee)] \
                if isinstance(subject, Intent) else [subject]
            for tenant, user in users:
                if user is None or (tenant, user) in self.wallets:
                    continue
                yield from self.declare_tenant(tenant)
                self.wallets[tenant, user] = len(self.wallets)
                yield f"w {self.wallets[tenant, user]} {self.tenants[tenant]} {user}"
        for key, wallet_id in self.history.wallet_ids.items():
            if key in self.wallets:
                self.by_id.setdefault(wallet_id, self.wallets[key])

    def declare_tenant(self, tenant):
        if tenant not in self.tenants:
            self.tenants[tenant] = len(self.tenants)
            yield f"t {self.tenants[tenant]} {tenant}"

    def named(self, wallet):
        """The wallet that an answer shows whole: its owner and its id agree with each other."""
        number = self.wallets.get((wallet["tenant_id"], wallet["user_id"]))
        known = self.history.wallet_ids.get((wallet["tenant_id"], wallet["user_id"]))
        return "?" if number is None or known != wallet["wallet_id"] else number

    def entry(self, entry_id):
        return self.entries.setdefault(entry_id, len(self.entries))

    def line_p(self, _at, process, tenant):
        self.processes[process] = len(self.processes)
        yield f"p {self.processes[process]} {self.tenants[tenant]}"

    def line_i(self, at, operation, process, verb, subject, *more):
        self.operations[operation] = len(self.operations)
        if isinstance(subject, Intent):
            values = self.intent(subject)
        elif verb == "l":
            size, before = more
            after = "-" if before is None else self.operations[before]
            values = f"{self.wallets[subject]} {size} {after}"
        else:
            values = " ".join(map(str, (self.wallets[subject], *more)))
        yield f"i {self.operations[operation]} {self.processes[process]} {at} {verb} {values}"

    def intent(self, intent):
        if intent.number is None:
            intent.number = self.intents
            self.intents += 1
        own = self.wallets[intent.tenant, intent.user]
        if intent.verb == "t":
            payee = self.wallets[intent.tenant, intent.payee]
            return f"{own} {payee} {intent.number} {intent.amount}"
        last = intent.freeze.number if intent.verb == "u" else intent.amount
        return f"{own} {intent.number} {last}"

    def line_o(self, at, operation, verb, subject, first, answer):
        head = f"o {self.operations[operation]} {at}"
        data = answer.get("data", {})
        if verb in "dw":
            yield f"{head} {first} " + self.side(data["transaction"], data["wallet"], True)
        elif verb == "t":
            yield (f"{head} {first} " +
                   self.side(data["from_transaction"], data["from_wallet"], True) + " " +
                   self.side(data["to_transaction"], data["to_wallet"], False))
        elif verb in "zu":
            wallet = data["wallet"]
            yield (f"{head} {first} {self.named(wallet)} {minor(wallet['balance'])} "
                   f"{minor(wallet['frozen_balance'])}")
        elif verb == "s":
            letter = {"active": "a", "frozen": "z"}.get(data["status"], "?")
            yield f"{head} {self.named(data)} {letter}"
        elif verb == "b":
            yield (f"{head} {self.by_id.get(answer['wallet_id'], '?')} {minor(answer['balance'])} "
                   f"{minor(answer['frozen_balance'])}")
        else:
            more = int(answer["pagination"]["has_next"])
            yield (f"{head} {self.wallets[subject]} {answer['total']} {more} "
                   f"{len(answer['items'])}")
            for row in answer["items"]:
                yield self.row(subject, row)

    def side(self, row, wallet, with_entry):
        same = row["wallet_id"] == wallet["wallet_id"] and \
            row["balance_after"] == wallet["balance"]
        named = self.named(wallet) if same else "?"
        entry = f"{self.entry(row['entry_id'])} " if with_entry else ""
        return (f"{named} {entry}{row['seq']} {minor(row['balance_before'])} "
                f"{minor(row['balance_after'])} {minor(wallet['frozen_balance'])}")

    def row(self, asked, row):
        tenant, user = asked
        amount = minor(row["amount"])
        if row["type"] == "unfreeze":
            intent = self.history.unfreezes.get((tenant, user, amount))
        else:
            intent = self.history.by_reference.get(row["reference_id"])
        number = "?" if intent is None or intent.number is None else intent.number
        counterparty = "-"
        if row["counterparty_id"]:
            counterparty = self.wallets.get((tenant, row["counterparty_id"]), "?")
        return (f"r {self.by_id.get(row['wallet_id'], '?')} {row['seq']} "
                f"{ROW_TYPES.get(row['type'], '?')} {amount} {minor(row['balance_before'])} "
                f"{minor(row['balance_after'])} {self.entry(row['entry_id'])} {number} "
                f"{counterparty}")

    def line_f(self, at, operation, answer):
        said = re.search(r"available ([0-9.]+) ", answer["message"])
        available = minor(said[1]) if said and answer["code"] == 61060201 else "-"
        yield f"f {self.operations[operation]} {at} {answer['code']} {available}"

    def line_n(self, at, operation):
        yield f"n {self.operations[operation]} {at}"

    def line_k(self, at):
        yield f"k {at}"

    def line_q(self, at):
        yield f"q {at}"


def judge(history, path):
    """Writes the history and has it judged; gives what the checker says when it says no wrong."""
    assert not history.wrong, history.wrong[:3]
    history.write(path)
    judged = subprocess.run([CHECKER, str(path)], capture_output=True, text=True, timeout=600,
                            check=False)
    assert judged.returncode == 0, f"{path}:\n{judged.stdout}{judged.stderr}"
    return judged.stdout
