"""A `coffer serve --dev` that is meant to die, and clients that remember what they were told."""

import json
import os
import random
import re
import signal
import subprocess
import tempfile
import threading
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest
from server_log import text_of

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("COFFER_BINARY", str(ROOT / "build/release/coffer"))
START_SECONDS_MAX = 30
IDLE_SECONDS_MAX = 30


class Service:
    started = []  # for conftest.py, which ends what a failed test leaves

    def __init__(self, data, *options, wrapper=(), dev=True):
        self.data, self.options, self.wrapper = Path(data), list(options), list(wrapper)
        self.dev = ["--dev"] if dev else []
        self.process = self.port = self.token = self.log = None
        self.io_threads = 0

    def spawn(self):
        self.log = tempfile.TemporaryFile()
        command = [*self.wrapper, BINARY, "serve", *self.dev, "--listen", "127.0.0.1:0", "--data",
                   str(self.data), *self.options]
        self.process = subprocess.Popen(
            command, stdout=self.log, stderr=self.log, text=True,
            env={**os.environ, "COFFER_IO_THREADS": str(self.io_threads)})
        Service.started.append(self.process)
        return self

    def said(self):
        return text_of(self.log)

    def start(self):
        self.spawn()
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline and self.process.poll() is None:
            said = self.said()
            port = re.search(r"https?://127\.0\.0\.1:(\d+)", said)
            token = re.search(r"^TOKEN=(\S+)", said, re.M)
            if port and token:
                self.port, self.token = int(port[1]), token[1]
                return self
            time.sleep(0.005)
        raise RuntimeError(f"coffer did not start ({self.process.poll()}):\n{self.said()}")

    def end(self, number):
        self.process.send_signal(number)
        return self.process.wait(timeout=30)

    def kill(self):
        return self.end(signal.SIGKILL)

    def stop(self):
        return self.end(signal.SIGTERM)

    def client(self):
        return Client(self.port, self.token)

    def verify(self):
        return run("verify", "--data", self.data)


class Client:
    """One connection. `call` gives status and body; (None, None): nobody knows."""

    def __init__(self, port, token):
        self.connection = HTTPConnection("127.0.0.1", port, timeout=20)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.used_at = time.monotonic()

    def call(self, method, path, body=None):
        # The service ends what is idle for a minute; a slow machine may leave us idle that long.
        if time.monotonic() - self.used_at > IDLE_SECONDS_MAX:
            self.connection.close()
        self.used_at = time.monotonic()
        try:
            self.connection.request(method, path, json.dumps(body) if body else None, self.headers)
            response = self.connection.getresponse()
            return response.status, json.loads(response.read())
        except (OSError, HTTPException, ValueError):
            self.connection.close()
            return None, None

    def balance(self, user):
        status, body = self.call("GET", f"/wallets/{user}/balance")
        assert status == 200, body
        return body["balance"]


def run(*arguments, **more):
    return subprocess.run([BINARY, *map(str, arguments)], capture_output=True, text=True,
                          timeout=120, **more)


def figures(body):
    """What must be the same at every repetition: all but the time of the answer."""
    return {key: value for key, value in body.items()
            if key not in ("timestamp", "message", "code")}


def ids(body):
    """The transactions of a batch, in the order of its movements."""
    return [result["transaction"]["id"] for result in body["data"]["results"]]


class Intent:
    """One operation with its own reference, and what became of it."""

    def __init__(self, path, amount, reference):
        self.path = path
        self.body = {"amount": f"{amount}.00", "reference_id": reference}
        self.amount, self.told = amount, None

    def ask(self, client):
        return client.call("POST", self.path, self.body)

    def ask_until_answered(self, client):
        """Soon after a start the next segment may not be made yet: nothing changed, try again."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while True:
            status, body = self.ask(client)
            if status != 503 or "outcome" in body or time.monotonic() > deadline:
                return status, body
            time.sleep(0.01)


class Traffic(threading.Thread):
    """Asks until the service is gone. Several of them share the users."""

    def __init__(self, service, name, seed, users):
        super().__init__(daemon=True)
        self.client, self.prefix, self.users = service.client(), name, users
        self.random, self.intents, self.stopped = random.Random(seed), [], False
        self.wrong = []

    def next_intent(self):
        user, other = self.random.sample(self.users, 2)
        reference = f"{self.prefix}-{len(self.intents)}"
        kind = self.random.random()
        if kind < 0.6:
            return Intent(f"/wallets/{user}/deposit", self.random.randint(1, 50), reference)
        if kind < 0.8:
            return Intent(f"/wallets/{user}/withdraw", self.random.randint(1, 20), reference)
        intent = Intent("/wallets/transfer", self.random.randint(1, 10), reference)
        intent.body |= {"from_user_id": user, "to_user_id": other}
        return intent

    def run(self):
        while not self.stopped:
            intent = self.next_intent()
            self.intents.append(intent)
            status, body = intent.ask(self.client)
            if status is None:
                return  # unknown
            if status == 200:
                intent.told = figures(body)
            elif status in (404, 409):
                self.intents.pop()  # no money, no wallet: without effect
            elif status == 503:
                if body.get("outcome") != "unknown":
                    self.intents.pop()
                return
            else:
                self.wrong.append((intent.path, status, body))
                return


def under_load(service, name, seed, users):
    """Four clients that have begun; each has what it asks from the seed."""
    traffics = [Traffic(service, f"{name}-c{number}", f"{seed}-{number}", users)
                for number in range(4)]
    for traffic in traffics:
        traffic.start()
    return traffics


def ended(traffics):
    """Once the service is gone, or was told to stop."""
    for traffic in traffics:
        traffic.join(timeout=20)
        assert not traffic.is_alive() and not traffic.wrong, traffic.wrong
    return traffics


def settle(service, traffics):
    """Asks again for everything; gives how many were acknowledged, and of the others applied."""
    client = service.client()
    acknowledged = resolved = 0
    for traffic in traffics:
        assert not traffic.wrong, traffic.wrong
        for intent in traffic.intents:
            status, body = intent.ask_until_answered(client)
            if intent.told is None:
                if status == 200:
                    intent.told = figures(body)
                    resolved += 1
                else:
                    assert status in (404, 409), (intent.path, intent.body, status, body)
                continue
            acknowledged += 1
            assert status == 200, ("acknowledged and lost", intent.body, status, body)
            assert figures(body) == intent.told, "a replay answers something else"
    return acknowledged, resolved


@pytest.fixture(autouse=True)
def nothing_left_running():
    """For conftest.py of every folder that starts services: import it there."""
    yield
    for process in Service.started:
        if process.poll() is None:
            process.kill()
            process.wait(timeout=30)
    Service.started.clear()
