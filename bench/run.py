#!/usr/bin/python3
"""Measures Coffer beside nginx on this machine and writes bench/baseline.md.

    bench/run.py            durable deposits at 16, 64, 256 and 1,024 connections, three runs each
                            of --seconds one-second slices, in turns with nginx
    bench/run.py --big      the same at 256 with 10 million transactions in the book, then kill -9
                            and how long the start takes
    bench/run.py --quick    one short run each, to look at; writes nothing

Generator (wrk) and server share the machine; every row says what CPU each of them used.
nginx answers
`return 200` with a body of the same size to the same requests: what HTTP alone costs here.
"""
import argparse, json, os, re, resource, shutil, signal, statistics, subprocess, sys, tempfile, time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COFFER = os.environ.get("COFFER_BINARY") or os.path.join(ROOT, "build", "tuned", "coffer")
TICKS = os.sysconf("SC_CLK_TCK")
USERS = 100_000
COFFER_PORT, NGINX_PORT = 18480, 18481


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def wait_for(port, path, seconds=60):
    deadline = time.time() + seconds
    while time.time() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=1) as answer:
                return answer.read()
        except OSError:
            time.sleep(0.005)
    sys.exit(f"nothing answers on port {port}")


def call(coffer, path, body=None):
    """One request by hand: POST when there is a body, else GET; what came back as JSON."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{COFFER_PORT}{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {coffer.token}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


class Coffer:
    def __init__(self, folder, *options):
        self.folder, self.options = folder, options
        self.start()

    def start(self):
        began = time.monotonic()
        self.log = open(os.path.dirname(self.folder) + "/coffer.log", "ab")
        self.process = subprocess.Popen(
            [COFFER, "serve", "--dev", "--listen", f"127.0.0.1:{COFFER_PORT}",
             "--data", self.folder,
             *self.options], stdout=self.log, stderr=self.log)
        wait_for(COFFER_PORT, "/readyz")
        self.seconds_to_ready = time.monotonic() - began
        self.pids = [self.process.pid]
        self.token = subprocess.run(
            [COFFER, "token", "--data", self.folder, "--tenant", "tnt_bench", "--user", "usr_bench",
             "--role", "admin", "--app", "app_bench", "--ttl", "24h"],
            capture_output=True, text=True,
            check=True).stdout.strip()

    def metrics(self):
        values = {}
        for line in wait_for(COFFER_PORT, "/metrics").decode().splitlines():
            if not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                values[name] = float(value)
        return values

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def rss_bytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) * 1024


class Nginx:
    def __init__(self, folder, body):
        path = os.path.join(folder, "nginx.conf")
        with open(path, "w") as conf:
            conf.write(f"""
worker_processes auto; pid {folder}/nginx.pid; error_log {folder}/nginx.err; daemon off;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 1000000000; client_body_temp_path {folder}/body;
  server {{ listen 127.0.0.1:{NGINX_PORT} backlog=4096; location / {{
    default_type application/json; return 200 '{body}'; }} }} }}
""")
        self.process = subprocess.Popen(["nginx", "-c", path, "-p", folder],
                                        stderr=subprocess.DEVNULL)
        wait_for(NGINX_PORT, "/")
        children = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True,
                                  text=True).stdout.split()
        self.pids = [self.process.pid, *map(int, children)]

    def stop(self):
        self.process.terminate()
        self.process.wait()


run_number = 0


def wrk(port, token, connections, seconds, server_pids, load="uniform", scheme="http"):
    global run_number
    run_number += 1
    name = f"b{os.getpid()}-{int(time.time())}-{run_number}"
    before_server = cpu_seconds(server_pids)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(
        ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s",
         "-s", os.path.join(ROOT, "bench/deposit.lua"),
         f"{scheme}://127.0.0.1:{port}", "--", token, name, str(USERS), load],
        capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = json.loads(re.search(r"RESULT (\{.*\})", out)[1])
    requests = result["requests"]
    result["rate"] = requests / (result["duration_us"] / 1e6)
    result["server_us"] = (cpu_seconds(server_pids) - before_server) * 1e6 / requests
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    result["wrk_us"] = used * 1e6 / requests
    return result


def histogram_quantile(before, after, name, quantile):
    counts = []
    for key, value in after.items():
        match = re.match(rf'{name}_bucket{{le="([^"]+)"}}', key)
        if match:
            counts.append((float(match[1].replace("+Inf", "inf")), value - before.get(key, 0)))
    counts.sort()
    total = counts[-1][1] if counts else 0
    for bound, count in counts:
        if total and count >= quantile * total:
            return bound
    return float("nan")


def together(slices):
    """One result of several: sums of what adds up, the median of quantiles, the worst maximum."""
    requests = sum(one["requests"] for one in slices)
    result = {key: sum(one[key] * one["requests"] for one in slices) / requests
              for key in ("server_us", "wrk_us")}
    result |= {key: statistics.median(one[key] for one in slices) for key in ("p50_us", "p99_us")}
    result["max_us"] = max(one["max_us"] for one in slices)
    result["errors"] = sum(one["errors"] for one in slices)
    result["rate"] = requests / (sum(one["duration_us"] for one in slices) / 1e6)
    return result


def measure(coffer, nginx, connections, seconds, runs):
    """Both servers in turns, a second each: what the machine does meanwhile happens to both."""
    rows = {"nginx": [], "coffer": []}
    for _ in range(runs):
        before = coffer.metrics()
        slices = {"nginx": [], "coffer": []}
        for _ in range(seconds):
            slices["nginx"].append(wrk(NGINX_PORT, coffer.token, connections, 1, nginx.pids))
            slices["coffer"].append(wrk(COFFER_PORT, coffer.token, connections, 1, coffer.pids))
        after = coffer.metrics()
        rows["nginx"].append(together(slices["nginx"]))
        result = together(slices["coffer"])
        if result["errors"]:
            sys.exit(f"{result['errors']} requests were not answered with success")
        records = after["coffer_records_total"] - before["coffer_records_total"]
        result["journal_bytes"] = (after["coffer_journal_bytes_total"]
                                   - before["coffer_journal_bytes_total"]) / records
        result["batch"] = records / (after["coffer_batches_total"] - before["coffer_batches_total"])
        result["sync_p50_us"] = 1e6 * histogram_quantile(before, after, "coffer_sync_seconds", 0.5)
        result["longest_round_us"] = 1e6 * after["coffer_round_longest_seconds"]
        result["of_nginx"] = result["rate"] / rows["nginx"][-1]["rate"]
        rows["nginx"][-1]["of_nginx"] = 1.0
        rows["coffer"].append(result)
    return rows


def median(results, key):
    return statistics.median(result[key] for result in results)


def spread(results):
    rates = [result["rate"] for result in results]
    return (max(rates) - min(rates)) / statistics.median(rates)


def table(measured):
    lines = ["| connections | server | requests/s | spread | of nginx | server µs | wrk µs "
             "| p50 ms | p99 ms"
             " | max ms | journal bytes | records a sync | sync p50 µs | longest round ms |",
             "|" + " --- |" * 14]
    for connections, rows in measured.items():
        for server, results in rows.items():
            line = [str(connections), server, f"{median(results, 'rate'):,.0f}",
                    f"{spread(results):.0%}",
                    f"{median(results, 'of_nginx'):.2f}", f"{median(results, 'server_us'):.1f}",
                    f"{median(results, 'wrk_us'):.1f}", f"{median(results, 'p50_us') / 1000:.2f}",
                    f"{median(results, 'p99_us') / 1000:.2f}",
                    f"{median(results, 'max_us') / 1000:.1f}"]
            if server == "coffer":
                line += [f"{median(results, 'journal_bytes'):.0f}",
                         f"{median(results, 'batch'):.0f}",
                         f"≤ {median(results, 'sync_p50_us'):.0f}",
                         f"{median(results, 'longest_round_us') / 1000:.1f}"]
            else:
                line += ["", "", "", ""]
            lines.append("| " + " | ".join(line) + " |")
    return "\n".join(lines)


def verify(folder):
    began = time.monotonic()
    done = subprocess.run([COFFER, "verify", "--data", folder], capture_output=True, text=True)
    print(done.stdout)
    if done.returncode != 0:
        sys.exit("coffer verify does not hold: " + done.stderr)
    records = int(re.search(r"([\d,]+) records", done.stdout)[1].replace(",", ""))
    return f"`coffer verify` holds: {records:,} records in {time.monotonic() - began:.1f} s"


def machine():
    model = re.search(r"model name\s*:\s*(.*)", open("/proc/cpuinfo").read())[1]
    return (f"{os.cpu_count()} × {model}, Linux {os.uname().release}, "
            f"load before: {os.getloadavg()[0]:.2f}")


def run_standard(folder, runs, seconds):
    lone = {}
    coffer = Coffer(os.path.join(folder, "data"))
    wrk(COFFER_PORT, coffer.token, 256, 3, coffer.pids)  # most wallets exist afterwards
    nginx = Nginx(folder, '{"code":0,"message":"success","data":"' + "x" * 690 + '"}')
    measured = {}
    for connections in (16, 64, 256, 1024):
        measured[connections] = measure(coffer, nginx, connections, seconds, runs)
        print(table({connections: measured[connections]}), flush=True)
    before = coffer.metrics()
    lone = wrk(COFFER_PORT, coffer.token, 2, seconds, coffer.pids)
    after = coffer.metrics()
    lone_bytes = (after["coffer_journal_bytes_total"] - before["coffer_journal_bytes_total"]) / (
        after["coffer_records_total"] - before["coffer_records_total"])
    nginx.stop()
    coffer.stop()
    text = table(measured)
    text += (f"\n\nTwo connections: {lone['rate']:,.0f} requests/s, "
             f"p50 {lone['p50_us'] / 1000:.2f} ms, "
             f"{lone_bytes:.0f} journal bytes a deposit.\n\n{verify(coffer.folder)}.\n")
    return text


def run_big(folder, transactions, seconds):
    global USERS
    USERS = 1_000_000
    coffer = Coffer(os.path.join(folder, "data"))
    nginx = Nginx(folder, '{"code":0,"message":"success","data":"' + "x" * 690 + '"}')
    small = measure(coffer, nginx, 256, seconds, 3)
    after = coffer.metrics()
    while after["coffer_records_total"] < transactions:
        wrk(COFFER_PORT, coffer.token, 256, 4, coffer.pids)
        after = coffer.metrics()
        print(f"{after['coffer_records_total']:,.0f} records", flush=True)
    rss = coffer.rss_bytes()
    big = measure(coffer, nginx, 256, seconds, 3)
    starts = []
    for _ in range(3):
        coffer.kill()
        coffer.start()
        starts.append(coffer.seconds_to_ready)
    text = ("| book | requests/s | of nginx | p99 ms | max ms |\n| --- | --- | --- | --- | --- |\n")
    for name, rows in (("new", small), (f"{transactions:,} transactions", big)):
        text += (f"| {name} | {median(rows['coffer'], 'rate'):,.0f} | "
                 f"{median(rows['coffer'], 'of_nginx'):.2f} | "
                 f"{median(rows['coffer'], 'p99_us') / 1000:.2f} | "
                 f"{median(rows['coffer'], 'max_us') / 1000:.1f} |\n")
    text += (f"\n{after['coffer_wallets']:,.0f} wallets, "
             f"{after['coffer_references']:,.0f} references: "
             f"{rss / 2**20:,.0f} MiB resident. Start after kill -9: "
             f"{', '.join(f'{start:.2f}' for start in starts)} s to ready.\n")
    nginx.stop()
    coffer.stop()
    text += "\n" + verify(coffer.folder) + ".\n"
    return text


def replace_section(path, title, text):
    old = open(path).read() if os.path.exists(path) else ""
    section = f"## {title}\n\n{text}\n"
    pattern = re.compile(rf"## {re.escape(title)}\n.*?(?=\n## |\Z)", re.S)
    new = pattern.sub(lambda _: section, old) if pattern.search(old) else (
        old.rstrip() + "\n\n" + section)
    with open(path, "w") as out:
        out.write(new.lstrip())


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--big", action="store_true")
    arguments.add_argument("--quick", action="store_true")
    arguments.add_argument("--seconds", type=int, default=8)
    arguments.add_argument("--transactions", type=int, default=10_000_000)
    chosen = arguments.parse_args()
    folder = tempfile.mkdtemp(prefix="coffer-bench-", dir=os.environ.get("COFFER_BENCH_DIR"))
    here = machine()
    try:
        if chosen.big:
            text, title = run_big(folder, chosen.transactions, chosen.seconds), "A full book"
        else:
            runs, seconds = (1, 3) if chosen.quick else (3, chosen.seconds)
            text, title = run_standard(folder, runs, seconds), "Durable deposits over HTTP"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = f"{time.strftime('%Y-%m-%d', time.gmtime())}, {here}.\n\n{text}"
    print(text)
    if not chosen.quick:
        replace_section(os.path.join(ROOT, "bench", "baseline.md"), title, text)


if __name__ == "__main__":
    main()
