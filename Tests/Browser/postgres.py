"""A PostgreSQL server of our own: in a temporary directory, on a free port, gone afterwards."""

import glob
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Cluster:
    """Starts at once. PostgreSQL refuses to run as root, so root runs it as the user `postgres`."""

    def __init__(self):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
        if not found:
            raise RuntimeError("PostgreSQL is not installed (Debian: postgresql).")
        self.programs = Path(found[-1])
        self.user = "postgres" if os.geteuid() == 0 else None
        self.directory = Path(tempfile.mkdtemp(prefix="kontor-journeys-"))
        if self.user:
            os.chown(self.directory, pwd.getpwnam(self.user).pw_uid, -1)
        self.port = free_port()
        self.names = 0
        self._run(
            "initdb", "--pgdata", self.directory / "data", "--auth=trust", "--username=kontor", "--encoding=UTF8",
            "--locale=C.UTF-8", "--no-sync")
        self.start()

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c shared_buffers=64MB"
        self._run(
            "pg_ctl", "--pgdata", self.directory / "data", "--log", self.directory / "log", "--wait", "--options",
            options, "start")

    def stop(self):
        self._run("pg_ctl", "--pgdata", self.directory / "data", "--wait", "--mode", "immediate", "stop")

    def create_database(self) -> str:
        """A fresh database's URL."""
        self.names += 1
        name = f"kontor_{self.names}"
        self._run("createdb", "--host", "127.0.0.1", "--port", self.port, "--username", "kontor", name)
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgres://kontor@127.0.0.1:{self.port}/{name}"

    def query(self, url: str, sql: str) -> list[list[str]]:
        """Rows as text, for looking at what the program stored."""
        text = self._run("psql", "--no-psqlrc", "--tuples-only", "--no-align", "--field-separator", "\t",
                         "--dbname", url, "--command", sql)
        return [line.split("\t") for line in text.splitlines() if line]

    def remove(self):
        if (self.directory / "data" / "postmaster.pid").exists():
            self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _run(self, program: str, *arguments) -> str:
        command = [str(self.programs / program), *map(str, arguments)]
        # The server inherits the pipes of pg_ctl and would keep them open, so output goes to a file.
        with tempfile.TemporaryFile() as output:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, user=self.user,
                cwd=self.directory, timeout=120)
            output.seek(0)
            text = output.read().decode(errors="replace")
        if done.returncode != 0:
            raise RuntimeError(f"{program} ended with {done.returncode}: {text.strip()}")
        return text
