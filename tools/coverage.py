#!/usr/bin/python3
"""Runs the C++ tests with gcov and prints line and decision coverage per layer. Called by
./dev coverage.

  tools/coverage.py [SUITE...]   all, or only these, such as money_test

The pytest jobs, which run the release binary, do not count.
"""

import json
import subprocess
import sys
from collections import defaultdict

from run_tests import BUILD, LOGS, ROOT, Job, build_job, count_gtest

GCOVR = ["gcovr", "--root", str(ROOT), "--filter", "src/", "--exclude", r".*_(test|bench|fuzz)\.",
         "--exclude", r".*_(fixture|cases|test_support)\.h", "--exclude-throw-branches",
         "--decisions", "--gcov-ignore-parse-errors", "--json", "-"]


def layer_order():
    lines = (ROOT / "src" / "layers.txt").read_text().splitlines()
    return [line.split(":")[0] for line in lines if ":" in line and not line.startswith("#")]


def figures_of(lines):
    """Lines reached, lines, outcomes of decisions reached, outcomes that could be."""
    figures = [0, 0, 0, 0]
    for line in lines:
        if line["gcovr/noncode"]:
            continue
        figures[0] += line["count"] > 0
        figures[1] += 1
        decision = line.get("gcovr/decision", {})
        if decision.get("type") == "conditional":
            figures[2] += (decision["count_true"] > 0) + (decision["count_false"] > 0)
            figures[3] += 2
        elif decision.get("type") == "switch":
            figures[2] += decision["count"] > 0
            figures[3] += 1
    return figures


def percent(part, whole):
    return f"{100 * part / whole:6.1f} %" if whole else "       -"


def main():
    LOGS.mkdir(parents=True, exist_ok=True)
    print("      build-coverage ...", flush=True)
    wanted = sys.argv[1:]
    build = build_job("coverage", wanted or ["all"])
    build.run(seconds_max=7200)
    build.report()
    if build.failed:
        return 1
    folder = BUILD / "coverage"
    for old in folder.rglob("*.gcda"):
        old.unlink()
    names = wanted or (folder / "tests" / "list.txt").read_text().split()
    env = {"COFFER_TEST_SET": "default", "COFFER_BINARY": str(folder / "coffer")}
    jobs = [Job(f"coverage-{name}", [str(folder / "tests" / name),
                                     "--gtest_filter=-*exhaustive*:*Exhaustive*"],
                count_gtest, env) for name in names]
    for job in jobs:
        job.run(seconds_max=3600)
        job.report()
    report = json.loads(subprocess.run([*GCOVR, str(folder)], cwd=ROOT, check=True,
                                       stdout=subprocess.PIPE).stdout)
    sums = defaultdict(lambda: [0, 0, 0, 0])
    for file in report["files"]:
        figures = figures_of(file["lines"])
        for key in (file["file"].split("/")[1], "total"):
            sums[key] = [a + b for a, b in zip(sums[key], figures)]
    print(f"{'layer':<16} {'lines':>8} {'decisions':>10}")
    for layer in [*layer_order(), "total"]:
        if layer in sums:
            lines, of_lines, decisions, of_decisions = sums[layer]
            print(f"{layer:<16} {percent(lines, of_lines)} {percent(decisions, of_decisions):>10}")
    return 1 if any(job.failed for job in jobs) else 0


if __name__ == "__main__":
    sys.exit(main())
