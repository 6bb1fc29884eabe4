#!/usr/bin/python3
"""Puts a binary under the loads of bench/ for half a minute, so that it notes what it does.

    tools/train.py BINARY    built with COFFER_PROFILE=generate; see ./dev build tuned

What is noted decides which of two ways of an `if` comes first and what is inlined where, never what
the code does.
"""
import json, os, shutil, sys, tempfile, urllib.request

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "bench"))
import batch, run


def call(coffer, method, path, body=None):
    request = urllib.request.Request(
        f"http://127.0.0.1:{run.COFFER_PORT}{path}", method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {coffer.token}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read())


def other_verbs(coffer, user):
    call(coffer, "POST", f"/wallets/{user}/deposit", {"amount": "100.00"})
    call(coffer, "POST", f"/wallets/{user}/withdraw", {"amount": "1.00"})
    call(coffer, "POST", "/wallets/transfer",
         {"from_user_id": user, "to_user_id": "usr_hot", "amount": "1.00"})
    frozen = call(coffer, "POST", f"/wallets/{user}/freeze", {"amount": "1.00"})
    call(coffer, "POST", f"/wallets/{user}/unfreeze",
         {"freeze_id": frozen["data"]["freeze"]["id"]})
    call(coffer, "GET", f"/wallets/{user}/balance")
    call(coffer, "GET", f"/wallets/{user}/transactions")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    run.COFFER = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp(prefix="coffer-train-", dir=os.environ.get("COFFER_BENCH_DIR"))
    coffer = run.Coffer(os.path.join(folder, "data"))
    try:
        call(coffer, "POST", "/wallets/usr_hot/deposit", {"amount": "1.00"})
        for number in range(300):
            other_verbs(coffer, f"usr_verbs_{number % 30}")
        for connections in (256, 16):
            for load, seconds in (("uniform", 6), ("hot", 1), ("repeats", 2), ("refused", 1)):
                run.wrk(run.COFFER_PORT, coffer.token, connections, seconds, coffer.pids, load)
        batch.load(coffer, "train", 20)
    finally:
        coffer.stop()  # an orderly end, at which the notes are written
        shutil.rmtree(folder, ignore_errors=True)
    if not os.path.isdir(os.path.join(ROOT, "build", "profile")):
        sys.exit("nothing was noted: was the binary built with COFFER_PROFILE=generate?")


if __name__ == "__main__":
    main()
