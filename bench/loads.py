#!/usr/bin/python3
"""Measures other loads beside the uniform one and writes bench/baseline.md.

    ./dev bench --loads           at 64 and 256 connections, --slices seconds of each load
    ./dev bench --loads --quick   two slices each, to look at; writes nothing

uniform: deposits of random users, each with a new reference. hot: the same, all into one wallet.
repeats: every other request repeats one of the same slice, reference and body, and is answered from
the record of the first. refused: withdrawals of more than there is, answered 409 (a refusal without
an Idempotency-Key is not journalled, so there is nothing to sync).

The loads take turns of one second, so that what the machine does meanwhile happens to all; a ratio
is that of two slices that stand beside each other, and the row's is the median of them. What was
answered is counted by the server, and every wallet is added up afterwards.
"""
import argparse, os, shutil, statistics, sys, tempfile, time
import urllib.parse
from decimal import Decimal

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import run

LOADS = ("uniform", "hot", "repeats", "refused")
CONNECTIONS = (64, 256)
USERS = 100_000
AMOUNT = Decimal("10.00")
DEPOSITS = 'coffer_requests_total{route="deposit",status="2xx"}'
REFUSALS = 'coffer_errors_total{code="61060201",name="exceeds_available_balance"}'


def open_wallets(coffer):
    """Every user has one, so that all loads find the same tables."""
    names = ["usr_hot"] + [f"usr_{number}" for number in range(1, USERS + 1)]
    for at in range(0, len(names), 1000):
        movements = [{"type": "deposit", "user_id": name, "amount": str(AMOUNT)}
                     for name in names[at:at + 1000]]
        answer = run.call(coffer, "/wallets/batch", {"movements": movements})
        if answer["data"]["failed"]:
            sys.exit("a wallet could not be opened")
    return len(names)


def check_slice(load, result, change):
    """What came back is what this load must get, counted by wrk and by the server."""
    answered = {name: int(change(name)) for name in
                (DEPOSITS, REFUSALS, "coffer_replayed_total", "coffer_records_total")}
    wanted = {DEPOSITS: answered[DEPOSITS], REFUSALS: 0, "coffer_replayed_total": 0,
              "coffer_records_total": answered[DEPOSITS]}
    if load == "repeats":
        repeated = answered["coffer_replayed_total"]
        wanted["coffer_replayed_total"] = repeated
        wanted["coffer_records_total"] = answered[DEPOSITS] - repeated
        if not 0.4 < repeated / answered[DEPOSITS] <= 0.5:
            sys.exit(f"repeats: {repeated} of {answered[DEPOSITS]} answers, not about half")
    elif load == "refused":
        wanted = {DEPOSITS: 0, REFUSALS: answered[REFUSALS], "coffer_replayed_total": 0,
                  "coffer_records_total": 0}
    refused = result["requests"] if load == "refused" else 0
    # What was under way when wrk stopped is answered by the server and not counted by wrk.
    counted = answered[REFUSALS] if load == "refused" else answered[DEPOSITS]
    if answered != wanted or result["errors"] != refused or result["refused"] != refused or \
            counted < result["requests"]:
        sys.exit(f"{load}: {answered}, wanted {wanted}; wrk says {result}")
    return answered["coffer_records_total"]


def settled_metrics(coffer):
    """Once nothing is under way: wrk leaves requests behind."""
    while True:
        values = coffer.metrics()
        if values["coffer_in_flight"] == 0:
            return values
        time.sleep(0.01)


def check_book(coffer, deposits, hot):
    """The wallets' balances add up to what was answered, and the hot one to its share."""
    total, cursor, wallets = Decimal(0), "", 0
    while True:
        query = {"page_size": 100, **({"cursor": cursor} if cursor else {})}
        page = run.call(coffer, "/admin/wallets?" + urllib.parse.urlencode(query))
        total += sum(Decimal(row["balance"]) for row in page["items"])
        wallets += len(page["items"])
        cursor = page["pagination"]["next_cursor"]
        if not cursor:
            break
    if total != deposits * AMOUNT:
        sys.exit(f"the wallets hold {total}, answered were {deposits} deposits of {AMOUNT}")
    balance = Decimal(run.call(coffer, "/wallets/usr_hot/balance")["balance"])
    if balance != hot * AMOUNT:
        sys.exit(f"the hot wallet holds {balance}, answered were {hot} deposits of {AMOUNT}")
    return f"{wallets:,} wallets hold {total:,}, as answered; the hot one {balance:,}"


def row(connections, load, results):
    ratios = sorted(one["of_uniform"] for one in results)
    low, high = ratios[len(ratios) // 4], ratios[len(ratios) * 3 // 4]
    figures = {key: statistics.median(one[key] for one in results)
               for key in ("rate", "server_us", "p50_us", "p99_us")}
    return (f"| {connections} | {load} | {figures['rate']:,.0f} | {statistics.median(ratios):.2f} "
            f"| {low:.2f}–{high:.2f} | {figures['server_us']:.1f} "
            f"| {figures['p50_us'] / 1000:.2f} | {figures['p99_us'] / 1000:.2f} |")


def measure(folder, slices, loads):
    coffer = run.Coffer(os.path.join(folder, "data"))
    deposits, hot = open_wallets(coffer), 1
    run.USERS = USERS
    lines = ["| connections | load | answers/s | of uniform | middle half | server µs | p50 ms "
             "| p99 ms |", "|" + " --- |" * 8]
    before = settled_metrics(coffer)
    for connections in CONNECTIONS:
        results = {load: [] for load in loads}
        for _ in range(slices):
            for load in loads:
                one = run.wrk(run.COFFER_PORT, coffer.token, connections, 1, coffer.pids, load)
                after = settled_metrics(coffer)
                records = check_slice(load, one,
                                      lambda name: after.get(name, 0) - before.get(name, 0))
                before = after
                deposits += records
                hot += records if load == "hot" else 0
                results[load].append(one)
                one["of_uniform"] = one["rate"] / results["uniform"][-1]["rate"]
        lines += [row(connections, load, results[load]) for load in loads]
        print("\n".join(lines), flush=True)
    summed = check_book(coffer, deposits, hot)
    coffer.stop()
    return "\n".join(lines) + f"\n\n{summed}. {run.verify(coffer.folder)}.\n"


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("--slices", type=int, default=20, help="of each load")
    arguments.add_argument("--only", choices=LOADS[1:], help="this one beside uniform; no writing")
    chosen = arguments.parse_args()
    folder = tempfile.mkdtemp(prefix="coffer-bench-", dir=os.environ.get("COFFER_BENCH_DIR"))
    here = run.machine()
    try:
        loads = LOADS if chosen.only is None else ("uniform", chosen.only)
        text = measure(folder, 2 if chosen.quick else chosen.slices, loads)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = (f"{time.strftime('%Y-%m-%d', time.gmtime())}, {here}. `./dev bench --loads`: "
            f"{chosen.slices} slices of a second each.\n\n{text}")
    print(text)
    if not chosen.quick and chosen.only is None:
        run.replace_section(os.path.join(HERE, "baseline.md"), "Other loads", text)


if __name__ == "__main__":
    main()
