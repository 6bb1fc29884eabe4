#!/usr/bin/python3
"""Builds, runs every test and counts them. Called by ./dev test; ends with `N passed, N failed`.

  fast      skips what has `slow` or `exhaustive` in its name or marker; fewer random cases
  default   skips `exhaustive`
  all       everything

What counts: every GoogleTest and pytest case; each build and each checking script is one more.
The GoogleTest programs of build/dev (sanitizers) run, tests/heavy from build/release, each fuzz
target of build/dev with changed seeds (its canary must fail), the simulator from build/release, and
each folder of tests/ with test_*.py is one pytest run against build/release/coffer. The set is in
COFFER_TEST_SET for tests that scale themselves. Logs are in build/logs.
"""

import fcntl
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
LOGS = BUILD / "logs"
JOBS_MAX = max(1, min(2, os.cpu_count() or 1))
SECONDS_MAX = {"fast": 120, "default": 1200, "all": 3600}
OUTPUT_LINES_MAX = 80
PYTHON = "/usr/bin/python3"
RUNNING = set()  # processes to stop when we are told to


class Job:
    """One process; how it is counted is up to `count`, which returns passed, failed, skipped."""

    def __init__(self, name, command, count, env=None):
        self.name, self.command, self.count, self.env = name, command, count, env or {}
        self.log = LOGS / f"{name.replace('/', '-')}.log"
        self.passed = self.failed = self.skipped = 0
        self.seconds, self.note = 0.0, ""
        self.code_expected = 0

    def run(self, seconds_max):
        begin = time.monotonic()
        with open(self.log, "wb") as log:
            process = subprocess.Popen(
                self.command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **self.env}, start_new_session=True)
            RUNNING.add(process)
            try:
                process.wait(seconds_max)
            except subprocess.TimeoutExpired:
                self.note = f"stopped after {seconds_max} s"
            finally:
                RUNNING.discard(process)
                stop_group(process)
        self.seconds = time.monotonic() - begin
        self.passed, self.failed, self.skipped = self.count(self, process.returncode)
        if process.returncode not in (0, self.code_expected) and self.failed == 0:
            self.failed = 1
            self.note = self.note or f"ended with {process.returncode} and no failed test"

    def report(self):
        state = "FAIL" if self.failed else "ok"
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        print(f"{state:<5} {self.name:<24} {self.passed:>5} passed{skipped}"
              f"{f', {self.failed} FAILED' if self.failed else ''}  {self.seconds:.1f} s"
              f"  {self.note}".rstrip(), flush=True)
        if self.failed:
            lines = self.log.read_text(errors="replace").splitlines()
            lines = [line for line in lines if not re.match(r"\[ *(OK|RUN) *\]|\[-+\]", line)]
            if len(lines) > OUTPUT_LINES_MAX:
                print(f"  ... the last {OUTPUT_LINES_MAX} lines of {self.log.relative_to(ROOT)}")
            for line in lines[-OUTPUT_LINES_MAX:]:
                print("  | " + line)


def stop_group(process):
    """What a test leaves running would disturb the next one."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


# --- how the kinds of jobs are counted -----------------------------------------------------------

def count_exit(_job, code):
    return (1, 0, 0) if code == 0 else (0, 1, 0)


def count_gtest(job, _code):
    """From the text and not from an XML file, which a program that crashes does not write."""
    text = job.log.read_text(errors="replace")
    ended = text.rpartition("[==========] ")[2]
    if re.match(r"\d+ tests? from .* ran\.", ended):
        total = [re.search(rf"^\[ *{word} *\] (\d+) tests?", ended, re.M)
                 for word in ("PASSED", "FAILED", "SKIPPED")]
        return tuple(int(match[1]) if match else 0 for match in total)
    passed = len(re.findall(r"\[       OK \] ", text))
    failed = len(re.findall(r"\[  FAILED  \] ", text))
    skipped = len(re.findall(r"\[  SKIPPED \] ", text))
    running = re.findall(r"\[ RUN      \] (\S+)", text)
    job.note = f"{job.note} died in {running[-1] if running else 'its start'}".strip()
    return passed, failed + 1, skipped


def count_pytest(job, code):
    if code == 5:  # nothing collected
        return 0, 0, 0
    try:
        suite = ElementTree.parse(job.log.with_suffix(".xml")).getroot().find("testsuite")
        tests, failures, errors, skipped = (
            int(suite.get(key)) for key in ("tests", "failures", "errors", "skipped"))
        # A test that fails and then fails again in its teardown is two in `failures` and `errors`.
        failed = min(tests, failures + errors)
        return tests - failed - skipped, failed, skipped
    except (OSError, ElementTree.ParseError, AttributeError):
        return 0, 1, 0


# --- what there is to run ------------------------------------------------------------------------

def build_job(preset, targets):
    parallel = str(os.cpu_count() or 1)
    script = (f"[ build/{preset}/build.ninja -nt CMakePresets.json ] || cmake --preset {preset}; "
              f"cmake --build build/{preset} --parallel {parallel} --target {' '.join(targets)}")
    return Job(f"build-{preset}", ["bash", "-euc", script], count_exit)


def script_jobs(test_set):
    jobs = [Job("layers", [PYTHON, "tools/layers.py"], count_exit),
            Job("layers-self-test", [PYTHON, "tools/layers.py", "--self-test"], count_exit),
            Job("faults", [PYTHON, "tools/faults.py", "--check"], count_exit),
            Job("faults-self-test", [PYTHON, "tools/faults.py", "--self-test"], count_exit),
            Job("coverage-self-test", [PYTHON, "tools/coverage_report.py", "--self-test"],
                count_exit),
            Job("symbols", [PYTHON, "tools/symbols.py", "build/release"], count_exit)]
    if test_set != "fast":
        jobs.append(Job("symbols-self-test", [PYTHON, "tools/symbols.py", "--self-test"],
                        count_exit))
    if test_set == "all":
        jobs.append(Job("mutants", [PYTHON, "tools/mutants.py"], count_exit))
    return jobs


# covers: N10
def gtest_jobs(test_set):
    without = {"fast": "-*slow*:*Slow*:*exhaustive*:*Exhaustive*",
               "default": "-*exhaustive*:*Exhaustive*", "all": "*"}[test_set]
    env = {"COFFER_TEST_SET": test_set, "COFFER_BINARY": str(BUILD / "release" / "coffer"),
           "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1",
           "UBSAN_OPTIONS": "print_stacktrace=1"}
    if test_set == "fast":  # a part of the usual 100 cases for each property
        env["RC_PARAMS"] = f"max_success=15 {os.environ.get('RC_PARAMS', '')}".strip()
    jobs = []
    for name in (BUILD / "dev" / "tests" / "list.txt").read_text().split():
        command = [str(BUILD / "dev" / "tests" / name), f"--gtest_filter={without}"]
        if name == "cross_test":
            jobs += sharded(name, command, env)
        else:
            jobs.append(Job(name, command, count_gtest, env))
    if has_heavy() and test_set != "fast":
        command = [str(BUILD / "release" / "tests" / "heavy_test"), f"--gtest_filter={without}"]
        jobs += sharded("heavy_test", command, env)
    return jobs


def sharded(name, command, env):
    """What takes longest, in parts that run side by side."""
    parts = [{"GTEST_TOTAL_SHARDS": str(JOBS_MAX), "GTEST_SHARD_INDEX": str(part)}
             for part in range(JOBS_MAX)]
    return [Job(f"{name}-{number}", command, count_gtest, {**env, **part})
            for number, part in enumerate(parts, 1)]


def pytest_jobs(test_set):
    marks = {"fast": "not slow and not exhaustive", "default": "not exhaustive", "all": ""}
    env = {"COFFER_TEST_SET": test_set, "COFFER_BINARY": str(BUILD / "release" / "coffer"),
           "PYTHONDONTWRITEBYTECODE": "1"}
    jobs = []
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    for folder in sorted(folders):
        if folders.intersection(folder.parents):
            continue  # pytest goes into the folders below by itself
        name = folder.relative_to(ROOT).as_posix()
        job = Job(name, [PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-ra",
                         "-c", "tests/pytest.ini", name, "-m", marks[test_set]],
                  count_pytest, env)
        job.command.append(f"--junitxml={job.log.with_suffix('.xml')}")
        jobs.append(job)
        if test_set == "fast":
            job.code_expected = 5  # all of its tests may be slow ones
        elif name == "tests/api":
            jobs.append(with_io_threads(job, env))
    return jobs


def with_io_threads(job, env):
    """What a client sees must not depend on which threads hold the connections."""
    again = Job(job.name + "-io-threads", job.command[:-1], count_pytest,
                {**env, "COFFER_IO_THREADS": "2"})
    again.command.append(f"--junitxml={again.log.with_suffix('.xml')}")
    return again


def count_canary(job, code):
    """Its bug is planted: a run that does not find it would not find ours either."""
    found = code not in (0, 2) and "canary: finding" in job.log.read_text(errors="replace")
    job.note = "" if found else "the planted bug was not found"
    job.code_expected = code
    return (1, 0, 0) if found else (0, 1, 0)


def fuzz_jobs(test_set):
    """Every fuzz target replays its seeds and changed copies of them (tests/fuzz/replay.cpp).

    The same ones each time, but in the set `all`, which goes looking for new ones: what somebody
    else's change is held against must not be left to chance.
    """
    seconds = {"fast": "0.5", "default": "2", "all": "30"}[test_set]
    env = {"COFFER_FINDINGS": str(LOGS), "UBSAN_OPTIONS": "print_stacktrace=1"}
    if test_set != "all":
        env["COFFER_SEED"] = os.environ.get("COFFER_SEED", "1")
    jobs = []
    for name in (BUILD / "dev" / "fuzz" / "list.txt").read_text().split():
        canary = name == "canary"
        command = [str(BUILD / "dev" / "fuzz" / name), "--seconds", "20" if canary else seconds,
                   f"tests/fuzz/seeds/{name}"]
        jobs.append(Job(f"fuzz-{name}", command, count_canary if canary else count_exit, env))
    return jobs


def sim_jobs(test_set):
    """The simulator (tests/sim) from the release build: the same seeds each time, but in `all`."""
    runs = {"fast": 60, "default": 500, "all": 5000}[test_set]
    seed = os.environ.get("COFFER_SEED")
    if seed is None:
        seed = str(random.randrange(1 << 40)) if test_set == "all" else "1"
    command = [str(BUILD / "release" / "tests" / "coffer_sim"), "--runs", str(runs // JOBS_MAX)]
    return [Job(f"sim-{part + 1}",
                [*command, "--seed", str(int(seed) + part * (runs // JOBS_MAX)),
                 "--history", str(LOGS / f"sim-{part + 1}.history")], count_exit)
            for part in range(JOBS_MAX)]


def has_heavy():
    return any((ROOT / "tests" / "heavy").rglob("*.cpp"))


def run_all(jobs, seconds_max):
    """At most JOBS_MAX at a time, the longest of the last run first."""
    durations_file = LOGS / "durations.json"
    try:
        durations = json.loads(durations_file.read_text())
    except (OSError, ValueError):
        durations = {}
    # Where nothing ran yet: what is known to take minutes must not begin last.
    long = ("cross_test", "heavy_test", "tests/kill", "tests/postgres")
    waiting = sorted(jobs, key=lambda job: durations.get(job.name, 1e9 + job.name.startswith(long)))
    lock = threading.Lock()

    def worker():
        while True:
            with lock:
                if not waiting:
                    return
                job = waiting.pop()
            try:
                job.run(seconds_max)
            except OSError as error:
                job.failed, job.note = 1, str(error)
            with lock:
                job.report()
                durations[job.name] = round(job.seconds, 1)

    threads = [threading.Thread(target=worker, daemon=True) for _ in range(JOBS_MAX)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    durations_file.write_text(json.dumps(durations, indent=1, sort_keys=True))


def build_all(test_set):
    """Returns the two build jobs; what runs after them needs both."""
    jobs = [build_job("release", ["all", "coffer_sim"] + (["heavy_test"] if has_heavy() else [])),
            build_job("dev", ["all"])]
    for job in jobs:
        print(f"      {job.name} ... ({job.log.relative_to(ROOT)})", flush=True)
        with open(BUILD / f".lock-{job.name.removeprefix('build-')}", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            job.run(seconds_max=7200)
        job.report()
    return jobs


def stop(_signal, _frame):
    for process in list(RUNNING):
        stop_group(process)
    print("stopped", flush=True)
    os._exit(130)


def main():
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    test_set = sys.argv[1] if len(sys.argv) > 1 else "default"
    if test_set not in SECONDS_MAX:
        sys.exit(__doc__)
    LOGS.mkdir(parents=True, exist_ok=True)
    jobs = build_all(test_set)
    if not any(job.failed for job in jobs):
        to_run = (script_jobs(test_set) + gtest_jobs(test_set) + fuzz_jobs(test_set) +
                  sim_jobs(test_set) + pytest_jobs(test_set))
        run_all(to_run, SECONDS_MAX[test_set])
        jobs += to_run
    skipped = sum(job.skipped for job in jobs)
    failed = sum(job.failed for job in jobs)
    if skipped:
        print(f"{skipped} skipped")
    print(f"{sum(job.passed for job in jobs)} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
