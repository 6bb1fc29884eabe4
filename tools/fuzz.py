#!/usr/bin/python3
"""Builds the fuzz targets with libFuzzer and runs them. Called by ./dev fuzz.

  tools/fuzz.py [TARGET] [SECONDS]   all targets, one after the other, 30 s each unless told

First the canary, in which a bug is planted: when it is not found nothing else would be. What is
found lies in build/fuzz/findings; inputs that reached new code stay in build/fuzz/corpus and are
used again. An input that showed a bug belongs into tests/fuzz/seeds, with the smallest test.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build" / "fuzz"
CANARY_SECONDS = 60


def build(targets):
    if not (BUILD / "build.ninja").exists():
        subprocess.run(["cmake", "--preset", "fuzz"], cwd=ROOT, check=True,
                       stdout=subprocess.DEVNULL)
    subprocess.run(["cmake", "--build", str(BUILD), "--parallel", str(os.cpu_count() or 1),
                    "--target", *(f"fuzz_{name}" for name in targets)], cwd=ROOT, check=True)


def run(name, seconds):
    """True when something was found."""
    corpus, findings = BUILD / "corpus" / name, BUILD / "findings"
    corpus.mkdir(parents=True, exist_ok=True)
    findings.mkdir(parents=True, exist_ok=True)
    log = BUILD / f"{name}.log"
    with open(log, "wb") as out:
        code = subprocess.run(
            [str(BUILD / "fuzz" / name), f"-max_total_time={seconds}", "-max_len=4096",
             "-timeout=10", "-rss_limit_mb=2048", f"-artifact_prefix={findings}/{name}-",
             str(corpus), str(ROOT / "tests" / "fuzz" / "seeds" / name)],
            stdout=out, stderr=out, check=False).returncode
    lines = log.read_text(errors="replace").splitlines()
    if code != 0 and name != "canary":
        print("\n".join("  | " + line for line in lines[-60:]))
    last = next((line for line in reversed(lines) if line.startswith(("Done", "#"))), "")
    print(f"{'FOUND' if code else 'ok':<6}{name:<16}{last}", flush=True)
    return code != 0


def main():
    names = sorted(path.name for path in (ROOT / "tests" / "fuzz" / "seeds").iterdir())
    names.remove("canary")
    arguments = sys.argv[1:]
    if arguments and not arguments[0].isdigit():
        if arguments[0] not in names:
            sys.exit(f"no fuzz target '{arguments[0]}': {', '.join(names)}")
        names = [arguments.pop(0)]
    seconds = arguments[0] if arguments else "30"
    build(["canary", *names])
    if not run("canary", CANARY_SECONDS):
        sys.exit("the planted bug was not found: the fuzzer does not work")
    return 1 if any([run(name, seconds) for name in names]) else 0


if __name__ == "__main__":
    sys.exit(main())
