"""What a request names: made for one owner when it is asked for, by the name of the field or
parameter. Where a new operation names something new, one function is to be added here."""

import re
from urllib.parse import quote

import house
import rules


NAMING = ("user_id", "user_ids", "wallet_id", "transaction_id", "freeze_id", "freeze_ids",
          "withdrawal_id")


class Owner:
    """A user of the first tenant with money, and what else an operation needs."""

    def __init__(self, line, name=None):
        self.line, self.made = line, {}
        self.user = name or f"usr_{next(house.NUMBERS)}"

    def post(self, path, body, who=None):
        answer = self.line.ask("POST", path, body, who or house.operator())
        assert answer.status in (200, 201), (path, answer.status, answer.text)
        return answer

    def deposit(self, currency="CNY"):
        answer = self.post(f"/wallets/{self.user}/deposit", {
            "amount": "100", "currency": currency, "description": "canary-7391"})
        return answer.at("data.wallet.wallet_id"), answer.at("data.transaction.id")

    def money(self):
        if "deposit" not in self.made:
            self.made["deposit"] = self.deposit()
        return self.made["deposit"]

    def freeze(self):
        self.money()
        return self.post(f"/wallets/{self.user}/freeze", {"amount": "1"}).at("data.freeze.id")

    def withdrawal(self):
        """Pending: asked for through an application whose policy has requests reviewed."""
        self.money()
        self.policy("app_review", {"withdrawal_require_review": True, "auto_approve_limit": "0"})
        answer = self.post(f"/wallets/{self.user}/withdraw/request", {"amount": "1"},
                           house.bearer(self.user, application_id="app_review"))
        assert '"pending"' in answer.text, answer.text
        return re.search(r'"(wdr_\w{26})"', answer.text)[1]

    def adjustment(self):
        """Above what one operator may correct alone (house.py)."""
        self.money()
        answer = self.post(f"/admin/wallets/users/{self.user}/adjust", {
            "type": "deposit", "amount": "5000", "reason": "matrix"},
            house.bearer("usr_requester", roles=["admin"]))
        return re.search(r'"(adj_\w{26})"', answer.text)[1]

    def application(self):
        """With a policy, and without users: it shall not rule the other requests."""
        return self.policy(f"app_of_{self.user}", {"transfer_enabled": True})

    def policy(self, application, fields):
        path = f"/admin/wallets/tenants/{house.TENANT}/apps/{application}/policy"
        answer = self.line.ask("PUT", path, fields, house.operator())
        assert answer.status == 200, answer.text
        return application

    def payee(self):
        payee = Owner(self.line)
        payee.money()
        return payee.user

    def empty_wallet(self):
        answer = self.post("/wallets", {"user_id": self.user, "currency": "USD"})
        return answer.at("data.wallet_id")

    def value(self, name, operation):
        """None: nothing is known by this name; the description's example will do."""
        makers = {
            "user_id": lambda: self.user, "from_user_id": lambda: self.user,
            "user_ids": lambda: [self.user], "to_user_id": self.payee,
            "wallet_id": (self.empty_wallet if operation.startswith("DELETE")
                          else lambda: self.money()[0]),
            "transaction_id": lambda: self.money()[1],
            "freeze_id": self.freeze, "freeze_record_id": self.freeze,
            "freeze_ids": lambda: [self.freeze()],
            "withdrawal_id": self.withdrawal, "adjustment_id": self.adjustment,
            "tenant_id": lambda: house.TENANT, "app_id": self.application,
            "currency": lambda: "EUR" if operation.endswith("/wallets") else "CNY",
            "amount": lambda: "1", "file": lambda: "page.js",
        }
        if name not in makers:
            return None
        if name not in self.made:
            self.made[name] = makers[name]()
        return self.made[name]


class Missing:
    """The same names for what nobody has. Ids are those of somebody, in one letter changed."""

    def __init__(self, owner):
        self.owner, self.user = owner, f"usr_nobody_{next(house.NUMBERS)}"

    def value(self, name, operation):
        theirs = self.owner.value(name, operation)
        if name in ("user_id", "from_user_id"):
            return self.user
        if name == "user_ids":
            return [self.user]
        if name == "to_user_id":
            return self.user + "_payee"
        if name == "tenant_id":
            return "tnt_nobody"
        if isinstance(theirs, list):
            return [flip(item) for item in theirs]
        return flip(theirs) if re.match(r"[a-z]{3}_\w{26}$", str(theirs)) else theirs


def flip(public_id):
    return public_id[:-1] + ("1" if public_id[-1] == "0" else "0")


def example(schema, operation, names):
    """A value that fits: what `names` gives for a field, else the description's example."""
    schema = rules.resolve(schema)
    if "properties" in schema:
        made = {}
        for field, definition in schema["properties"].items():
            definition = rules.resolve(definition)
            wanted = field in schema.get("required", [])
            # What names somebody is sent where it is optional, too.
            if not wanted and field not in NAMING:
                continue
            value = names.value(field, operation)
            made[field] = example(definition, operation, names) if value is None else value
        return made
    for word in ("const", "default"):
        if word in schema:
            return schema[word]
    for word in ("examples", "enum"):
        if word in schema:
            return schema[word][0]
    if schema.get("type") == "array":
        return [example(schema["items"], operation, names)]
    raise AssertionError(f"{operation}: no example for {schema}")


class Request:
    """One operation about what `names` names."""

    def __init__(self, operation, description, names):
        self.method, path = operation.split(" ")
        self.operation_path = path
        query = []
        for parameter in map(rules.resolve, description["parameters"]):
            name = parameter["name"]
            if not parameter.get("required") or parameter["in"] == "header":
                continue
            value = names.value(name, operation)
            assert value is not None or parameter["in"] == "query", (
                f"'{operation}' names a '{name}': say in tests/access_matrix/objects.py, in "
                "Owner.value, how one is made")
            text = quote(str(parameter["example"] if value is None else value), safe="")
            if parameter["in"] == "path":
                path = path.replace("{" + name + "}", text)
            else:
                query.append(f"{name}={text}")
        self.path = path + ("?" + "&".join(query) if query else "")
        self.body = None
        if "requestBody" in description:
            content = rules.resolve(description["requestBody"])["content"]["application/json"]
            self.body = example(content["schema"], operation, names)
        self.user = names.user

    def ask(self, line, headers):
        return line.ask(self.method, self.path, self.body, headers)
