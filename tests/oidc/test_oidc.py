"""Tokens of a certified OpenID provider (npm's oidc-provider), found by discovery, while it rotates
its keys, goes away and comes back."""

import itertools
import socket
import threading

import pytest
from conftest import Coffer, Issuer, until

CONFIG = """
[[issuer]]
name = "iam"
issuer = "{issuer}"
discovery = true
insecure_loopback = true
audiences = ["coffer"]
tenants = ["t1"]
require_at_jwt = true
"""
REASON_TENANT = "the issuer may not issue tokens for this tenant"
REASON_KEY = "no key of the issuer has this key id and algorithm"


def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def coffer_for(issuer, folder):
    config = folder / "coffer.toml"
    config.write_text(CONFIG.format(issuer=issuer.url))
    return Coffer(folder / "book", "--config", str(config), "--jwks-refresh-s", "1",
                  "--jwks-unknown-kid-s", "1")


def refused_for(coffer, token, reason):
    answer = coffer.deposit(token)
    return answer.status_code == 401 and reason in answer.json()["message"]


class Traffic(threading.Thread):
    """Deposits with all tokens in turn, each for a user of its own, and notes what was not 200."""

    def __init__(self, coffer, tokens):
        super().__init__(daemon=True)
        self.coffer, self.tokens, self.stopped = coffer, tokens, False
        self.count, self.wrong = 0, []

    def run(self):
        for token in itertools.cycle(self.tokens):
            if self.stopped:
                return
            answer = self.coffer.deposit(token)
            self.count += 1
            if answer.status_code != 200:
                self.wrong.append(answer.text)

    def end(self):
        self.stopped = True
        self.join()
        assert self.count and not self.wrong, self.wrong[:3]


def test_tokens_of_every_algorithm_and_of_the_right_tenant(modules, tmp_path):
    issuer = Issuer(tmp_path, free_port()).start("first")
    coffer = coffer_for(issuer, tmp_path)
    for algorithm in ("RS256", "PS256", "ES256", "ES384", "EdDSA"):
        answer = coffer.deposit(issuer.token(algorithm))
        assert answer.status_code == 200, (algorithm, answer.text)
        assert answer.json()["data"]["wallet"]["tenant_id"] == "t1"
        assert refused_for(coffer, issuer.token(algorithm, tenant="t2"), REASON_TENANT)
    # One character of the signature, and all of it.
    head, _, signature = issuer.token().rpartition(".")
    changed = ("B" if signature[0] == "A" else "A") + signature[1:]
    assert refused_for(coffer, f"{head}.{changed}", "signature")
    assert refused_for(coffer, f"{head}.", "compact form")
    assert coffer.metric("coffer_key_set_keys", "iam") == 7  # RSA: RS256 and three PS
    coffer.wait_for(r"issuer iam: keys now: first-rsa \(RS256 PS256 PS384 PS512\), first-p256")
    assert coffer.stop() == 0


# covers: S04
def test_rotation_under_load_and_a_retired_key(modules, tmp_path):
    issuer = Issuer(tmp_path, free_port()).start("first")
    coffer = coffer_for(issuer, tmp_path)
    old = [issuer.token(algorithm) for algorithm in ("RS256", "ES256", "EdDSA")]
    for token in old:
        assert coffer.deposit(token).status_code == 200
    traffic = Traffic(coffer, old)
    traffic.start()
    # New keys sign before anybody has fetched them, and both are published for a while.
    issuer.publish("second", "first")
    new = [issuer.token(algorithm) for algorithm in ("RS256", "ES256", "EdDSA")]
    for token in new:
        answer = coffer.deposit(token)
        assert answer.status_code == 200, answer.text
    traffic.end()
    # The old ones are withdrawn; what they signed is worth nothing, remembered or not.
    traffic = Traffic(coffer, new)
    traffic.start()
    issuer.publish("second")
    for token in old:
        until(lambda: refused_for(coffer, token, REASON_KEY), "a retired key is refused")
    traffic.end()
    assert coffer.metric("coffer_key_set_changes_total", "iam") == 3
    assert coffer.metric("coffer_key_set_failures_total", "iam") == 0
    assert coffer.stop() == 0


@pytest.mark.slow
def test_an_outage_and_a_start_without_the_issuer(modules, tmp_path):
    issuer = Issuer(tmp_path, free_port()).start("first")
    early = issuer.token()
    assert issuer.stop() is not None
    coffer = coffer_for(issuer, tmp_path)
    until(lambda: coffer.metric("coffer_key_set_failures_total", "iam"), "it asked in vain")
    assert coffer.ask("GET", "/livez").status_code == 200
    assert coffer.ask("GET", "/readyz").status_code == 503
    answer = coffer.deposit(early)
    assert answer.status_code == 503 and answer.headers["Retry-After"], answer.text
    assert answer.json()["code"] == 61060409

    issuer.start("first")
    until(lambda: coffer.ask("GET", "/readyz").status_code == 200, "ready with the first keys")
    assert coffer.deposit(early).status_code == 200
    unused = [issuer.token(), issuer.token("RS256")]
    issuer.publish("second")  # not seen by anybody: it goes away with its new keys
    unseen = issuer.token()
    issuer.publish("first")
    until(lambda: coffer.metric("coffer_key_set_keys", "iam") == 7, "all keys of the first set")
    until(lambda: coffer.deposit(early).status_code == 200, "the first keys count")

    issuer.stop()
    failures = coffer.metric("coffer_key_set_failures_total", "iam")
    until(lambda: coffer.metric("coffer_key_set_failures_total", "iam") > failures, "it is away")
    for token in [early, *unused]:  # remembered, and seen for the first time
        assert coffer.deposit(token).status_code == 200
    assert refused_for(coffer, unseen, REASON_KEY)
    assert coffer.ask("GET", "/readyz").status_code == 200
    assert coffer.metric("coffer_key_set_age_seconds", "iam") > 0
    coffer.wait_for("the last good ones stay: first-rsa")

    issuer.start("second")
    until(lambda: coffer.deposit(unseen).status_code == 200, "the new keys are fetched")
    until(lambda: refused_for(coffer, early, REASON_KEY), "the old ones count no more")
    assert coffer.stop() == 0
