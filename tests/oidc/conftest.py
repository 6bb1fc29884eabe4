"""Coffer beside issuers on loopback: a real OpenID provider, and a key server that misbehaves."""

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import requests

for folder in ("tls", "kill"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / folder))
from server_log import text_of  # noqa: E402
from waiting import until  # noqa: E402  (certificates.py is there, too)

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BINARY = os.environ.get("COFFER_BINARY", str(ROOT / "build/release/coffer"))
MODULES = ROOT / "build/oidc"
SECONDS_MAX = 30


def ask(method, url, **more):
    """A request without proxies; None when nobody is there."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.request(method, url, timeout=20, **more)
        except requests.ConnectionError:
            return None


class Process:
    started = []

    def spawn(self, command, **more):
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log, text=True,
                                        **more)
        Process.started.append(self.process)

    def said(self):
        return text_of(self.log)

    def wait_for(self, pattern):
        def found():
            assert self.process.poll() is None, self.said()
            return re.search(pattern, self.said())
        return until(found, pattern)

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=SECONDS_MAX)


class Coffer(Process):
    def __init__(self, folder, *options):
        self.spawn([BINARY, "serve", "--listen", "127.0.0.1:0", "--data", str(folder),
                    "--access-log", "off", *options])
        self.base = self.wait_for(r"serves (http://127\.0\.0\.1:\d+)")[1]

    def ask(self, method, path, token=None, **more):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return ask(method, self.base + path, headers=headers, **more)

    def deposit(self, token, user="usr_1"):
        return self.ask("POST", f"/wallets/{user}/deposit", token, json={"amount": "1"})

    def metric(self, name, issuer):
        page = self.ask("GET", "/metrics").text
        found = re.search(rf'^{name}{{issuer="{re.escape(issuer)}"}} (\S+)$', page, re.M)
        return float(found[1]) if found else None


class Issuer(Process):
    def __init__(self, folder, port):
        self.key_file, self.port = folder / "keys.json", port
        self.url = f"http://127.0.0.1:{port}"

    def start(self, *names):
        self.spawn(["node", "issuer.mjs", str(self.port), str(self.key_file), *names],
                   cwd=MODULES)
        self.wait_for("^ready|\nready")
        return self

    def publish(self, *names):
        answer = ask("GET", f"{self.url}/test/publish", params={"names": ",".join(names)})
        assert answer.text == "done"

    def token(self, algorithm="ES256", tenant="t1"):
        answer = ask("POST", f"{self.url}/token", auth=(f"{tenant}.{algorithm}", "a-secret"),
                     data={"grant_type": "client_credentials", "scope": "wallet:deposit"})
        assert answer.status_code == 200, answer.text
        return json.loads(answer.text)["access_token"]


@pytest.fixture(scope="session")
def modules():
    """The provider and what it needs, installed once for each version of the lock file."""
    MODULES.mkdir(parents=True, exist_ok=True)
    with open(MODULES / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = (HERE / "package-lock.json").read_bytes()
        done = MODULES / "installed.json"
        if not done.exists() or done.read_bytes() != wanted:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, MODULES / name)
            made = subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts",
                                   "--loglevel=error"], cwd=MODULES, capture_output=True,
                                  text=True, timeout=300)
            assert made.returncode == 0, made.stdout + made.stderr
            done.write_bytes(wanted)
        shutil.copy(HERE / "issuer.mjs", MODULES / "issuer.mjs")


@pytest.fixture(autouse=True)
def nothing_left_running():
    yield
    for process in Process.started:
        if process.poll() is None:
            process.kill()
            process.wait(timeout=SECONDS_MAX)
    Process.started.clear()
