"""One book for all exports. COFFER_SEED repeats a run."""

import itertools
import os
import random
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
from book import AWKWARD, OPERATIONS, TENANTS, Book  # noqa: E402


@pytest.fixture(scope="session")
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
            made.capture(tenant, user)
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
