"""One `coffer serve --dev` on a free port, with a data folder of its own."""

import os
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
BINARY = os.environ.get("COFFER_BINARY", str(ROOT / "build/release/coffer"))
START_SECONDS_MAX = 30


class Server:
    def __init__(self, data, *options):
        self.data, self.options = Path(data), options
        self.process, self.base, self.tokens = None, None, {}
        self.lines = []

    def start(self):
        command = [BINARY, "serve", "--dev", "--listen", "127.0.0.1:0", "--data", str(self.data),
                   *self.options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        text=True)
        threading.Thread(target=self._read, args=(self.process,), daemon=True).start()
        deadline = time.monotonic() + START_SECONDS_MAX
        self.base = None
        while time.monotonic() < deadline and self.process.poll() is None:
            said = re.search(r"http://127\.0\.0\.1:\d+", "".join(self.lines))
            if said:
                self.base = said[0]
                if self._ready():
                    return self
            time.sleep(0.02)
        raise RuntimeError("coffer did not start:\n" + "".join(self.lines))

    def _read(self, process):
        for line in process.stdout:
            self.lines.append(line)

    def _ready(self):
        try:
            with requests.Session() as session:
                session.trust_env = False
                return session.get(self.base + "/readyz", timeout=5).status_code == 200
        except requests.ConnectionError:
            return False

    def _end(self, number):
        self.process.send_signal(number)
        code = self.process.wait(timeout=30)
        self.lines = []
        return code

    def kill(self):
        """As by a power cut, as far as this process is concerned."""
        return self._end(signal.SIGKILL)

    def stop(self):
        return self._end(signal.SIGTERM)

    def restart(self, how="kill"):
        getattr(self, how)()
        return self.start()

    def token(self, user="usr_admin", tenant="tnt_a", roles=(), permissions=(), app="app_test"):
        """Made by `coffer token`; one process a kind of token."""
        wanted = (user, tenant, tuple(roles), tuple(permissions), app)
        if wanted not in self.tokens:
            command = [BINARY, "token", "--data", str(self.data), "--tenant", tenant,
                       "--user", user, "--app", app, "--ttl", "1h"]
            for role in roles:
                command += ["--role", role]
            for permission in permissions:
                command += ["--permission", permission]
            made = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
            self.tokens[wanted] = made.stdout.strip()
        return self.tokens[wanted]

    def verify(self):
        return subprocess.run([BINARY, "verify", "--data", str(self.data)], capture_output=True,
                              text=True, timeout=120)
