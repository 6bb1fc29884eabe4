#!/usr/bin/python3
"""Measures Coffer beside the textbook PostgreSQL function and writes bench/baseline.md.

    ./dev bench --peer            16 and 64 clients, three runs each, in turns of --seconds
    ./dev bench --peer --quick    one short run each, to look at; writes nothing

The function (peer.sql) looks for the reference, changes the wallet's row, writes a transaction and
two postings and changes the settlement row: one commit a deposit, durable as Debian's PostgreSQL is
by default, called by pgbench with prepared statements over a unix socket, without HTTP or tokens.
Coffer is asked over HTTP with a token, by wrk. `coffer on PostgreSQL` is the trial of the other
store (--store) on the same server.
"""
import argparse, os, re, shutil, subprocess, sys, tempfile, time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "tests", "postgres")]
import run
from server import MISSING, PostgresServer, programs

CLIENTS = (16, 64)
SCRIPT = r"""\set user random(1, 100000)
\set reference random(1, 9223372036854775806)
select deposit('usr_' || :user::text, 1000, 'r-' || :reference::text);
"""


class Peer:
    def __init__(self):
        # Debian's defaults, as they come; the server is new and has nobody else to serve.
        self.server = PostgresServer(checksums=False, shared_buffers="128MB",
                                     max_connections="100", deadlock_timeout="1s")
        self.server.sql(open(os.path.join(HERE, "peer.sql")).read(), database="coffer")
        self.script = self.server.folder / "deposit.pgbench"
        self.script.write_text(SCRIPT)

    def rate(self, clients, seconds):
        done = subprocess.run(
            [self.server.bin / "pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2",
             "-T", str(seconds), "-f", self.script, "-h", self.server.folder, "-U", "postgres",
             "coffer"], capture_output=True, text=True)
        said = re.search(r"tps = ([\d.]+) \(without", done.stdout)
        failed = re.search(r"number of failed transactions: (\d+)", done.stdout)
        if done.returncode != 0 or not said or (failed and failed[1] != "0"):
            sys.exit("pgbench: " + done.stdout + done.stderr)
        return float(said[1])

    def check(self):
        """Every deposit stands in all four tables."""
        sums = self.server.sql(
            "select (select sum(balance) from wallets) = (select balance from settlement) and "
            "(select sum(amount) from transactions) = (select balance from settlement) and "
            "(select sum(credit) from postings) = (select balance from settlement)",
            database="coffer")
        if sums != "t":
            sys.exit("the peer's books do not balance")


def row(clients, name, rates, of):
    middle = sorted(rates)[len(rates) // 2]
    spread = (max(rates) - min(rates)) / middle
    return middle, f"| {clients} | {name} | {middle:,.0f} | {spread:.0%} | {middle / of:.1f} |"


def http_rate(coffer, clients, seconds):
    result = run.wrk(run.COFFER_PORT, coffer.token, clients, seconds, coffer.pids)
    if result["errors"]:
        sys.exit(f"{result['errors']} requests were not answered with success")
    return result["rate"]


def measure(folder, runs, seconds):
    peer, store = Peer(), None
    lines = ["| clients | server | deposits/s | spread | times the function |", "|" + " --- |" * 5]
    try:
        coffer = run.Coffer(os.path.join(folder, "data"))
        http_rate(coffer, 64, 2)
        peer.rate(64, 2)
        middles = {}
        for clients in CLIENTS:
            rates = {"function": [], "coffer": []}
            for _ in range(runs):
                rates["function"].append(peer.rate(clients, seconds))
                rates["coffer"].append(http_rate(coffer, clients, seconds))
            middles[clients], line = row(clients, "PostgreSQL function", rates["function"],
                                         sorted(rates["function"])[runs // 2])
            lines.append(line)
            lines.append(row(clients, "coffer", rates["coffer"], middles[clients])[1])
        coffer.stop()
        held = run.verify(coffer.folder)
        peer.check()
        store = PostgresServer()  # with checksums, which that store wants
        coffer = run.Coffer(os.path.join(folder, "keys"), "--store", store.url)
        for clients in CLIENTS:
            rates = [http_rate(coffer, clients, seconds) for _ in range(runs)]
            lines.append(row(clients, "coffer on PostgreSQL", rates, middles[clients])[1])
        coffer.stop()
    finally:
        peer.server.remove()
        if store is not None:
            store.remove()
    return ("\n".join(lines) +
            f"\n\nThe function: one settlement row, default durability, no HTTP. {held}.\n")


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("--seconds", type=int, default=8)
    chosen = arguments.parse_args()
    if programs() is None:
        sys.exit(MISSING)
    folder = tempfile.mkdtemp(prefix="coffer-bench-", dir=os.environ.get("COFFER_BENCH_DIR"))
    here = run.machine()
    try:
        runs, seconds = (1, 2) if chosen.quick else (3, chosen.seconds)
        text = measure(folder, runs, seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = f"{time.strftime('%Y-%m-%d', time.gmtime())}, {here}.\n\n{text}"
    print(text)
    if not chosen.quick:
        run.replace_section(os.path.join(HERE, "baseline.md"), "Beside a PostgreSQL function", text)


if __name__ == "__main__":
    main()
