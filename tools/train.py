#!/usr/bin/python3
"""Puts a binary under the loads of bench/ for half a minute, so that it notes what it does.

    tools/train.py BINARY    built with COFFER_PROFILE=generate; see ./dev build tuned

What is noted decides which of two ways of an `if` comes first and what is inlined where, never what
the code does.
"""
import os, shutil, sys, tempfile

sys.dont_write_bytecode = True
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "bench"))
import batch, run


def other_verbs(coffer, user):
    run.call(coffer, f"/wallets/{user}/deposit", {"amount": "100.00"})
    run.call(coffer, f"/wallets/{user}/withdraw", {"amount": "1.00"})
    run.call(coffer, "/wallets/transfer",
             {"from_user_id": user, "to_user_id": "usr_hot", "amount": "1.00"})
    frozen = run.call(coffer, f"/wallets/{user}/freeze", {"amount": "1.00"})
    run.call(coffer, f"/wallets/{user}/unfreeze", {"freeze_id": frozen["data"]["freeze"]["id"]})
    run.call(coffer, f"/wallets/{user}/balance")
    run.call(coffer, f"/wallets/{user}/transactions")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    run.COFFER = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp(prefix="coffer-train-", dir=os.environ.get("COFFER_BENCH_DIR"))
    coffer = run.Coffer(os.path.join(folder, "data"))
    try:
        run.call(coffer, "/wallets/usr_hot/deposit", {"amount": "1.00"})
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
