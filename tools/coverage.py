#!/usr/bin/python3
"""Builds with clang's coverage, runs the tests that matter for it, prints lines and decisions per
layer, and fails below the limits of tests/coverage.txt. Called by ./dev coverage.

  tools/coverage.py [NAME...]    all, or only jobs whose name has one of these in it: money_test,
                                 cross_test, fuzz-, sim, tests/api ...; then no limit holds
  tools/coverage.py --report     judges what ran last once more

What runs: every GoogleTest program, the simulator, each fuzz target over its seeds and changed
copies of them, and the quick part of the pytest folders below against the instrumented binary. How
it is judged and what is not counted: tools/coverage_report.py. Logs are in build/logs.
"""

import os
import signal
import subprocess
import sys

import coverage_report
from run_tests import (BUILD, LOGS, PYTHON, ROOT, Job, build_job, count_exit, count_gtest,
                       count_pytest, run_all, sharded, stop)

FOLDER = BUILD / "coverage"
RAW = FOLDER / "raw"
PYTEST_FOLDERS = ("api", "backup", "export", "kill", "oidc", "proofs", "tls")
WHOLE_FOLDERS = ("oidc", "proofs")  # what is slow there reaches what nothing else does
LONG = ("cross_test", "sim-", "tests/kill", "store_embedded_test")
SECONDS_MAX = 3600


def environment(name):
    """Up to four files a job and program, each the sum of many processes."""
    return {"COFFER_TEST_SET": "fast", "COFFER_SEED": os.environ.get("COFFER_SEED", "1"),
            "COFFER_BINARY": str(FOLDER / "coffer"), "PYTHONDONTWRITEBYTECODE": "1",
            "COFFER_FINDINGS": str(LOGS),
            "LLVM_PROFILE_FILE": str(RAW / f"{name.replace('/', '-')}-%4m.profraw")}


def programs():
    tests = (FOLDER / "tests" / "list.txt").read_text().split()
    fuzzers = (FOLDER / "fuzz" / "list.txt").read_text().split()
    return ([FOLDER / "tests" / name for name in tests] +
            [FOLDER / "fuzz" / name for name in fuzzers if name != "canary"] +
            [FOLDER / "tests" / "coffer_sim", FOLDER / "coffer"])


def jobs_of(wanted):
    jobs = []

    def add(name, command, count):
        if not wanted or any(word in name for word in wanted):
            jobs.append(Job(f"coverage-{name}", command, count, environment(name)))

    for program in programs():
        if program.parent.name == "fuzz":
            add(f"fuzz-{program.name}",
                [str(program), "--seconds", "2", f"tests/fuzz/seeds/{program.name}"], count_exit)
        elif program.name.endswith("_test"):
            add(program.name, [str(program), "--gtest_filter=-*exhaustive*:*Exhaustive*"],
                count_gtest)
    for part in range(2):
        add(f"sim-{part + 1}", [str(FOLDER / "tests" / "coffer_sim"), "--runs", "50", "--seed",
                                str(1 + 50 * part)], count_exit)
    for folder in PYTEST_FOLDERS:
        add(f"tests/{folder}", [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-ra",
                                "-c", "tests/pytest.ini", f"tests/{folder}", "-m",
                                "not exhaustive" if folder in WHOLE_FOLDERS else
                                "not slow and not exhaustive"], count_pytest)
    jobs_sharded = []
    for job in jobs:
        if job.name.endswith("cross_test"):
            jobs_sharded += sharded(job.name, job.command, job.env)
            continue
        if job.count is count_pytest:
            job.command.append(f"--junitxml={job.log.with_suffix('.xml')}")
        jobs_sharded.append(job)
    # Where nothing ran yet the last one begins first: what takes minutes.
    return sorted(jobs_sharded, key=lambda job: any(word in job.name for word in LONG))


def export():
    """One profile of all raw ones, and what llvm-cov makes of it for the sources of src/."""
    raw = sorted(str(path) for path in RAW.glob("*.profraw"))
    subprocess.run(["llvm-profdata-16", "merge", "-sparse", "-o", str(FOLDER / "all.profdata"),
                    *raw], check=True)
    first, *others = (str(program) for program in programs())
    command = ["llvm-cov-16", "export", first, f"-instr-profile={FOLDER / 'all.profdata'}",
               "-skip-expansions", "-skip-functions", "-ignore-filename-regex=^/usr/",
               *(f"-object={other}" for other in others)]
    out = FOLDER / "export.json"
    with open(out, "wb") as file:
        subprocess.run(command, cwd=FOLDER, check=True, stdout=file)
    return out


def main():
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    LOGS.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:]
    if wanted == ["--report"]:
        return coverage_report.judge(export())
    print("      build-coverage ...", flush=True)
    build = build_job("coverage", ["all", "coffer_sim"])
    build.run(seconds_max=7200)
    build.report()
    if build.failed:
        return 1
    RAW.mkdir(exist_ok=True)
    for old in RAW.glob("*.profraw"):
        old.unlink()
    jobs = jobs_of(wanted)
    run_all(jobs, SECONDS_MAX)
    code = coverage_report.judge(export())
    return 1 if any(job.failed for job in jobs) or (code and not wanted) else 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
