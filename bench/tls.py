#!/usr/bin/python3
"""Measures what TLS costs: `./dev bench --tls`. Prints; what docs/tls.md says came from here.

Durable deposits at 64 connections, plain and over TLS in turns, three seconds each (the first of
them with 64 handshakes); then what one handshake and one idle connection cost the server. wrk and
Python are the clients, on the same machine. A certificate each of P-256 and RSA 2048, by openssl.
"""
import argparse, os, signal, socket, ssl, statistics, subprocess, sys, tempfile
import threading, time

import run

PORT = int(os.environ.get("COFFER_BENCH_PORT", 18484))


class Server:
    def __init__(self, folder, port, *options):
        self.port, data = port, os.path.join(folder, f"book-{port}")
        self.log = open(os.path.join(folder, f"log-{port}"), "w")
        self.process = subprocess.Popen(
            [run.COFFER, "serve", "--dev", "--listen", f"127.0.0.1:{port}", "--data", data,
             *options], stdout=self.log, stderr=self.log)
        self.pids = [self.process.pid]
        self.wait_for("serves http")
        self.token = subprocess.run(
            [run.COFFER, "token", "--data", data, "--tenant", "tnt_bench", "--user", "usr_bench",
             "--role", "admin", "--ttl", "24h"], capture_output=True, text=True,
            check=True).stdout.strip()

    def wait_for(self, words, times=1):
        while self.process.poll() is None:
            with open(self.log.name) as log:  # opened anew: the server writes where it stands
                if log.read().count(words) >= times:
                    return
            time.sleep(0.01)
        sys.exit("coffer did not start")

    def rss_bytes(self):
        with open(f"/proc/{self.process.pid}/smaps_rollup") as lines:
            return next(int(line.split()[1]) for line in lines if line.startswith("Rss")) * 1024

    def stop(self):
        self.process.terminate()
        self.process.wait()


def cpu_us(server):
    """Of all its threads; finer than the ticks that other benches count in."""
    total = 0
    for task in os.scandir(f"/proc/{server.process.pid}/task"):
        with open(task.path + "/schedstat") as line:
            total += int(line.read().split()[0])
    return total / 1e3


def make_certificate(folder, kind):
    key = {"P-256": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
           "RSA 2048": ["rsa:2048"]}[kind]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", *key, "-nodes", "-keyout", folder + "/key.pem",
         "-out", folder + "/tls.pem", "-days", "90", "-subj", "/CN=bench", "-addext",
         "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    os.chmod(folder + "/key.pem", 0o600)


def client_context(version, folder):
    context = ssl.create_default_context(cafile=folder + "/tls.pem")
    context.minimum_version = context.maximum_version = version
    return context


def connect(port, context=None, session=None):
    plain = socket.create_connection(("127.0.0.1", port))
    if context is None:
        return plain
    return context.wrap_socket(plain, server_hostname="127.0.0.1", session=session)


def ask(connection):
    """TLS 1.3 sends its ticket behind the handshake: an answer brings it along."""
    connection.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
    connection.recv(4096)


def handshake_us(server, context, resumes, count):
    session = None
    if resumes:
        with connect(server.port, context) as first:
            ask(first)
            session = first.session
    before = cpu_us(server)
    for _ in range(count):
        with connect(server.port, context, session) as connection:
            ask(connection)
            assert connection.session_reused == resumes
    return (cpu_us(server) - before) / count


def plain_us(server, count):
    before = cpu_us(server)
    for _ in range(count):
        with connect(server.port) as connection:
            ask(connection)
    return (cpu_us(server) - before) / count


def idle_bytes(server, context, count):
    held = [connect(server.port, context) for _ in range(50)]  # so that its buffers are there
    for connection in held:
        ask(connection)
    before = server.rss_bytes()
    held += [connect(server.port, context) for _ in range(count)]
    for connection in held[50:]:
        ask(connection)
    after = server.rss_bytes()
    for connection in held:
        connection.close()
    return (after - before) / count


def crowd(server, context, count):
    """So many begin a handshake at once; how long one who is connected waits meanwhile."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    try:
        context.wrap_bio(incoming, outgoing, server_hostname="127.0.0.1").do_handshake()
    except ssl.SSLWantReadError:
        hello = outgoing.read()
    waits, done = [], threading.Event()

    def keep_asking():
        with connect(server.port, context) as connection:
            while not done.is_set():
                began = time.monotonic()
                ask(connection)
                waits.append((began, (time.monotonic() - began) * 1e3))
                time.sleep(0.002)

    asking = threading.Thread(target=keep_asking)
    asking.start()
    held = [connect(server.port) for _ in range(count)]
    time.sleep(0.5)
    began = time.monotonic()
    for connection in held:
        connection.sendall(hello)
    for connection in held:
        connection.recv(1)
    ended = time.monotonic()
    done.set()
    asking.join()
    for connection in held:
        connection.close()
    meanwhile = sorted(wait for at, wait in waits if began <= at < ended)
    print(f"{count} at once: answered in {ended - began:.2f} s; a request meanwhile: "
          f"p50 {statistics.median(meanwhile):.1f} ms, "
          f"p99 {meanwhile[len(meanwhile) * 99 // 100]:.1f} ms", flush=True)


def deposits(plain, secure, slices_each, runs):
    for server in (plain, secure):
        run.wrk(server.port, server.token, 64, 2, server.pids, scheme=server.scheme)  # wallets
    ratios = []
    for number in range(runs):
        slices = {"plain": [], "tls": []}
        for _ in range(slices_each):
            for name, server in (("plain", plain), ("tls", secure)):
                slices[name].append(run.wrk(server.port, server.token, 64, 3, server.pids,
                                            scheme=server.scheme))
        joined = {name: run.together(ones) for name, ones in slices.items()}
        ratios.append(joined["tls"]["rate"] / joined["plain"]["rate"])
        for name, one in joined.items():
            print(f"run {number + 1}: {name:<6} {one['rate']:>9,.0f} requests/s, "
                  f"{one['server_us']:.1f} µs of the server, p50 {one['p50_us'] / 1e3:.2f} ms, "
                  f"p99 {one['p99_us'] / 1e3:.2f} ms, {one['errors']} errors", flush=True)
    print(f"median of the runs' ratios: {statistics.median(ratios):.2f}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--slices", type=int, default=3, help="of each in a run")
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--handshakes", type=int, default=500)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="coffer-bench-") as folder:
        make_certificate(folder, "P-256")
        plain = Server(folder, PORT)
        secure = Server(folder, PORT + 1, "--tls-certificate-file", folder + "/tls.pem",
                        "--tls-key-file", folder + "/key.pem")
        plain.scheme, secure.scheme = "http", "https"
        try:
            deposits(plain, secure, given.slices, given.runs)
            base = statistics.median(plain_us(plain, given.handshakes) for _ in range(3))
            print(f"a plain connection with one request: {base:.0f} µs of the server")
            for reloads, kind in enumerate(("P-256", "RSA 2048")):
                if reloads:
                    make_certificate(folder, kind)
                    secure.process.send_signal(signal.SIGHUP)
                    secure.wait_for("was read again", reloads)
                for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
                    context = client_context(version, folder)
                    for resumes in (False, True):
                        cost = statistics.median(
                            handshake_us(secure, context, resumes, given.handshakes)
                            for _ in range(3)) - base
                        print(f"{kind}, {version.name}, {'resumed' if resumes else 'full'}: "
                              f"{cost:.0f} µs of the server more", flush=True)
            context = client_context(ssl.TLSVersion.TLSv1_3, folder)
            print(f"an idle connection: {idle_bytes(plain, None, 2000):.0f} bytes plain, "
                  f"{idle_bytes(secure, context, 2000):.0f} over TLS")
            for _ in range(given.runs):
                crowd(secure, context, 800)
        finally:
            plain.stop()
            secure.stop()


if __name__ == "__main__":
    main()
