#!/usr/bin/python3
"""Runs the suites in which threads meet under the thread sanitizer. Called by ./dev check."""

import os
import sys

from run_tests import BUILD, LOGS, Job, build_job, count_gtest

SUITES = ["os_test", "engine_test", "store_embedded_test", "access_test", "http_test", "tls_test",
          "api_test"]


def main():
    LOGS.mkdir(parents=True, exist_ok=True)
    print("      build-tsan ...", flush=True)
    build = build_job("tsan", SUITES)
    build.run(seconds_max=7200)
    build.report()
    if build.failed:
        return 1
    env = {"TSAN_OPTIONS": "halt_on_error=1 second_deadlock_stack=1", "COFFER_TEST_SET": "default"}
    jobs = [Job(f"tsan-{name}", [str(BUILD / "tsan" / "tests" / name),
                                 "--gtest_filter=-*exhaustive*:*Exhaustive*"], count_gtest, env)
            for name in SUITES]
    for job in jobs:
        job.run(seconds_max=1200)
        job.report()
    return 1 if any(job.failed for job in jobs) else 0


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
