"""The service with issuers and keys as an operator would have them, and its callers."""

import itertools
import json
import time
from http.client import HTTPConnection

import jwt

TENANT, OTHER_TENANT = "tnt_a", "tnt_b"
APPLICATION = "app_matrix"
NUMBERS, ADDRESSES = itertools.count(1), itertools.count()
SECRETS = {name: f"{name}-secret-of-at-least-32-bytes-{'x' * 16}"
           for name in ("iam", "bound", "platform", "stranger")}
KEYS = {tenant: f"key-of-a-service-for-{tenant}" for tenant in (TENANT, OTHER_TENANT)}


def write_settings(folder, known):
    """Returns the options for `coffer serve`, of those that are known to it."""
    lines = ['adjust_alone_max = "1000"'] if "--adjust-alone-max" in known else []
    for name, more in (("iam", ""), ("bound", f'tenants = ["{OTHER_TENANT}"]'),
                       ("platform", "platform = true")):
        secret = folder / f"{name}.secret"
        secret.write_text(SECRETS[name])
        secret.chmod(0o600)
        lines += ["[[issuer]]", f'issuer = "{name}"', f'secret_file = "{secret}"', more]
    keys = folder / "keys"
    keys.write_text("".join(f"service:{tenant}:{key}\n" for tenant, key in KEYS.items()))
    keys.chmod(0o600)
    settings = folder / "coffer.toml"
    settings.write_text("\n".join(lines) + "\n")
    return ["--config", str(settings), "--internal-keys-file", str(keys)]


def bearer(user, tenant=TENANT, issuer="iam", secret=None, seconds=3600, **claims):
    now = int(time.time())
    token = jwt.encode({"iss": issuer, "sub": user, "tenant_id": tenant, "type": "access",
                        "application_id": APPLICATION, "iat": now - 1800, "exp": now + seconds,
                        **claims}, SECRETS[secret or issuer], algorithm="HS256")
    return {"Authorization": f"Bearer {token}"}


def operator(tenant=TENANT):
    return bearer("usr_operator", tenant, roles=["admin"])


def key(tenant, for_tenant=None):
    return {"X-API-Key": KEYS[for_tenant or tenant], "X-Tenant-ID": tenant}


class Answer:
    def __init__(self, status, headers, text):
        self.status, self.headers, self.text = status, headers, text

    @property
    def body(self):
        return json.loads(self.text)

    def at(self, place):
        """`data.results.0.status`"""
        node = self.body
        for part in place.split("."):
            node = node[int(part) if isinstance(node, list) else part]
        return node


class Line:
    """One connection. Refusals are counted by address, and a hundred a second is the limit, so each
    has an address of its own."""

    def __init__(self, port):
        number = next(ADDRESSES)
        source = (f"127.{1 + number // 62500}.{1 + number // 250 % 250}.{1 + number % 250}", 0)
        self.connection = HTTPConnection("127.0.0.1", port, timeout=20, source_address=source)

    def ask(self, method, path, body=None, headers=None):
        headers = dict(headers or {})
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(body)
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode("utf-8")
        if response.status == 429:  # would pass for a refusal
            raise RuntimeError(f"{method} {path}: {text}")
        return Answer(response.status, dict(response.getheaders()), text)
