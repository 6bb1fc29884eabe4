#!/usr/bin/python3
"""Runs the C++ tests with gcov and prints line and decision coverage per layer. Called by
./dev coverage. The pytest jobs, which run the release binary, do not count."""

import json
import subprocess
import sys
from collections import defaultdict

from run_tests import BUILD, LOGS, ROOT, Job, build_job, count_gtest

GCOVR = ["gcovr", "--root", str(ROOT), "--filter", "src/", "--exclude", r".*_(test|bench|fuzz)\.",
         "--exclude", r".*_(fixture|cases|test_support)\.h", "--exclude-throw-branches",
         "--decisions", "--gcov-ignore-parse-errors", "--json-summary", "-"]


def layer_order():
    lines = (ROOT / "src" / "layers.txt").read_text().splitlines()
    return [line.split(":")[0] for line in lines if ":" in line and not line.startswith("#")]


def percent(part, whole):
    return f"{100 * part / whole:6.1f} %" if whole else "       -"


def main():
    LOGS.mkdir(parents=True, exist_ok=True)
    print("      build-coverage ...", flush=True)
    build = build_job("coverage", ["all"])
    build.run(seconds_max=7200)
    build.report()
    if build.failed:
        return 1
    folder = BUILD / "coverage"
    for old in folder.rglob("*.gcda"):
        old.unlink()
    names = (folder / "tests" / "list.txt").read_text().split()
    env = {"COFFER_TEST_SET": "default", "COFFER_BINARY": str(folder / "coffer")}
    jobs = [Job(f"coverage-{name}", [str(folder / "tests" / name),
                                     "--gtest_filter=-*exhaustive*:*Exhaustive*"],
                count_gtest, env) for name in names]
    for job in jobs:
        job.run(seconds_max=3600)
        job.report()
    summary = json.loads(subprocess.run([*GCOVR, str(folder)], cwd=ROOT, check=True,
                                        stdout=subprocess.PIPE).stdout)
    sums = defaultdict(lambda: [0, 0, 0, 0])
    for file in summary["files"]:
        layer = file["filename"].split("/")[1]
        figures = [file["line_covered"], file["line_total"],
                   file.get("decision_covered", 0), file.get("decision_total", 0)]
        for key in (layer, "total"):
            sums[key] = [a + b for a, b in zip(sums[key], figures)]
    print(f"{'layer':<16} {'lines':>8} {'decisions':>10}")
    for layer in [*layer_order(), "total"]:
        if layer in sums:
            lines, of_lines, decisions, of_decisions = sums[layer]
            print(f"{layer:<16} {percent(lines, of_lines)} {percent(decisions, of_decisions):>10}")
    return 1 if any(job.failed for job in jobs) else 0


if __name__ == "__main__":
    sys.exit(main())
