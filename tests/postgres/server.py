"""A PostgreSQL server of its own in a temporary folder: real durability, a unix socket, no TCP.

    tests/postgres/server.py command...   runs the command with COFFER_POSTGRES_URL set
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MISSING = "PostgreSQL's server is not installed: apt-get install postgresql"


def programs():
    """Where initdb and postgres are; None: not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"),
                   key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


class PostgresServer:
    """Started at once. The role `coffer` owns the database and is no superuser."""

    def __init__(self, in_memory=False, checksums=True, **settings):
        # In memory the syncs are made as well, and cost nothing.
        where = "/dev/shm" if in_memory and os.path.isdir("/dev/shm") else None
        self.folder = Path(tempfile.mkdtemp(prefix="coffer-postgres-", dir=where))
        self.bin, self.as_user = programs(), []
        if os.geteuid() == 0:  # which the server refuses to run as
            names = {entry.pw_name for entry in pwd.getpwall()}
            name = "postgres" if "postgres" in names else "nobody"
            self.as_user = ["setpriv", f"--reuid={name}", f"--regid={pwd.getpwnam(name).pw_gid}",
                            "--clear-groups"]
            os.chown(self.folder, pwd.getpwnam(name).pw_uid, pwd.getpwnam(name).pw_gid)
        self._run("initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust",
                  "-E", "UTF8", "--locale=C", "--no-sync", *(["-k"] if checksums else []))
        settings = {"listen_addresses": "", "unix_socket_directories": self.folder,
                    "fsync": "on", "max_connections": 120, "shared_buffers": "64MB",
                    "deadlock_timeout": "100ms", **settings}
        with open(self.folder / "data" / "postgresql.conf", "a") as conf:
            conf.writelines(f"{key} = '{value}'\n" for key, value in settings.items())
        self.process = None
        self.start()
        self.sql("create role coffer login", "create database coffer owner coffer")

    def _run(self, program, *arguments):
        done = subprocess.run([*self.as_user, self.bin / program, *map(str, arguments)],
                              capture_output=True, text=True, timeout=120, cwd=self.folder)
        if done.returncode != 0:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")
        return done.stdout

    def start(self):
        log = open(self.folder / "server.log", "ab")
        self.process = subprocess.Popen(
            [*self.as_user, self.bin / "postgres", "-D", self.folder / "data"], stdout=log,
            stderr=log, cwd=self.folder)
        for _ in range(600):
            if (self.folder / ".s.PGSQL.5432").exists():
                try:
                    return self.sql("select 1")
                except RuntimeError:
                    pass  # still starting
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError((self.folder / "server.log").read_text())

    def stop(self, number=2):  # SIGINT: the fast shutdown
        self.process.send_signal(number)
        self.process.wait(timeout=60)

    def remove(self):
        if self.process is not None and self.process.poll() is None:
            self.stop(3)  # SIGQUIT: at once, nothing is kept
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def url(self):
        return f"postgres://coffer@/coffer?host={self.folder}"

    def sql(self, *commands, database="postgres", user="postgres"):
        """What psql prints for the commands: one row a line, columns parted by `|`."""
        options = [part for command in commands for part in ("-c", command)]
        return self._run("psql", "-h", self.folder, "-U", user, "-d", database, "-X", "-A", "-t",
                         "-q", "-v", "ON_ERROR_STOP=1", *options).strip()


def main():
    if programs() is None:
        sys.exit(MISSING)
    server = PostgresServer(in_memory=True)
    try:
        return subprocess.run(sys.argv[1:], env={**os.environ, "COFFER_POSTGRES_URL": server.url},
                              check=False).returncode
    finally:
        server.remove()


if __name__ == "__main__":
    sys.exit(main())
