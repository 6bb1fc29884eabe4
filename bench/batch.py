#!/usr/bin/python3
"""Measures POST /wallets/batch and writes bench/baseline.md.

    ./dev bench --batch           five runs of 800,000 deposits, eight connections, 1,000 a request
    ./dev bench --batch --quick   one run, to look at; writes nothing

Every deposit goes to a random user out of 100,000 and has a reference of its own. The requests are
made beforehand; a client waits for each answer and looks whether all of it succeeded.
"""
import argparse, os, random, re, shutil, socket, statistics, sys, tempfile, threading, time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import run

CONNECTIONS = 8  # one is decided, one written, others read, rendered, sent: four leave gaps
MOVEMENTS = 1_000
USERS = 100_000
LENGTH = re.compile(rb"content-length: *(\d+)", re.I)


def body(name):
    return '{"movements":[' + ",".join(
        f'{{"type":"deposit","user_id":"usr_{random.randrange(USERS)}","amount":"10.00",'
        f'"description":"bench","reference_id":"{name}-{number}"}}'
        for number in range(MOVEMENTS)) + "]}"


def request(token, text):
    return (f"POST /wallets/batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}").encode()


def read_answer(connection, buffer):
    got = 0
    while (head := buffer.find(b"\r\n\r\n", 0, got)) < 0:
        got += connection.recv_into(memoryview(buffer)[got:])
    whole = head + 4 + int(LENGTH.search(bytes(buffer[:head]))[1])
    while got < whole:
        got += connection.recv_into(memoryview(buffer)[got:])
    return head


def client(requests, start, took):
    buffer = bytearray(1 << 20)
    with socket.create_connection(("127.0.0.1", run.COFFER_PORT)) as connection:
        start.wait()
        for one in requests:
            began = time.monotonic()
            connection.sendall(one)
            head = read_answer(connection, buffer)
            took.append(time.monotonic() - began)
            if f'"succeeded":{MOVEMENTS}'.encode() not in buffer[head:head + 200]:
                print(bytes(buffer[:500]), file=sys.stderr)
                os._exit(1)


def load(coffer, name, requests_each):
    """One run; deposits a second, the server's CPU µs a deposit and each request's seconds."""
    start, took = threading.Barrier(CONNECTIONS + 1), []
    threads = []
    for number in range(CONNECTIONS):
        requests = [request(coffer.token, body(f"{name}-{number}-{one}"))
                    for one in range(requests_each)]
        threads.append(threading.Thread(target=client, args=(requests, start, took)))
        threads[-1].start()
    before = run.cpu_seconds(coffer.pids)
    start.wait()
    began = time.monotonic()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - began
    deposits = CONNECTIONS * requests_each * MOVEMENTS
    return (deposits / seconds, (run.cpu_seconds(coffer.pids) - before) * 1e6 / deposits, took)


def main():
    arguments = argparse.ArgumentParser(description=__doc__,
                                        formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--quick", action="store_true")
    chosen = arguments.parse_args()
    here = run.machine()
    folder = tempfile.mkdtemp(prefix="coffer-bench-", dir=os.environ.get("COFFER_BENCH_DIR"))
    coffer = run.Coffer(os.path.join(folder, "data"))
    try:
        load(coffer, "warm", 25)  # most wallets exist afterwards
        results = [load(coffer, f"run{number}", 100) for number in range(1 if chosen.quick else 5)]
        coffer.stop()
        verified = run.verify(coffer.folder)
    finally:
        coffer.kill()
        shutil.rmtree(folder, ignore_errors=True)
    rates = sorted(rate for rate, _, _ in results)
    took = sorted(seconds for _, _, times in results for seconds in times)
    text = (f"{time.strftime('%Y-%m-%d', time.gmtime())}, {here}. `./dev bench --batch`: "
            f"{CONNECTIONS} connections, {MOVEMENTS:,} deposits a request.\n\n"
            f"{statistics.median(rates):,.0f} deposits/s ({rates[0]:,.0f} to {rates[-1]:,.0f}), "
            f"{statistics.median(cpu for _, cpu, _ in results):.2f} µs of the server's processors "
            f"each; a request p50 {took[len(took) // 2] * 1e3:.1f} ms, "
            f"p99 {took[len(took) * 99 // 100] * 1e3:.1f} ms. {verified}.\n")
    print(text)
    if not chosen.quick:
        run.replace_section(os.path.join(run.ROOT, "bench", "baseline.md"), "The batch route", text)


if __name__ == "__main__":
    main()
