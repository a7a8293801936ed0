"""The program under test, as its own process over its own data."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from postgres import Cluster, free_port
from web import Client

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS_MAX = 90
# The program itself gives requests 20 seconds to end.
STOP_SECONDS_MAX = 30


class Kontor:
    """A server: `start()` it, talk to it, `stop()` or `kill()` it, start it again over the same data."""

    def __init__(self, binary: Path, *, cluster: Cluster | None = None, demo: bool = False, environment=None):
        self.binary = binary
        # What starts the program in its place.
        self.wrapper: list[str] = []
        self.cluster = cluster
        self.demo = demo
        self.environment = environment or {}
        self.directory = Path(tempfile.mkdtemp(prefix="kontor-journeys-"))
        self.data = self.directory / "data"
        self.log = self.directory / "log"
        self.database = cluster.create_database() if cluster else None
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def storage(self) -> list[str]:
        """The arguments that name the data, for every command of the program."""
        return ["--data", str(self.data)] + (["--database", self.database] if self.database else [])

    def start(self) -> "Kontor":
        arguments = ["serve", "--port", str(self.port), "--host", "127.0.0.1", "--public", str(ROOT / "Public")]
        arguments += self.storage + ([] if self.demo else ["--no-demo"])
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.wrapper, self.binary, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.directory,
                env=os.environ | self.environment)
        self.wait_ready()
        return self

    def wait_ready(self, seconds: float = START_SECONDS_MAX):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.log_tail()}")
            if self.ready() == 200:
                return
            time.sleep(0.05)
        raise AssertionError(f"the server was not ready after {seconds} s:\n{self.log_tail()}")

    def ready(self) -> int:
        """The status of /readyz; 0 where nothing answers."""
        try:
            return Client(self.address, timeout_seconds=10).get("/readyz").status
        except OSError:
            return 0

    def stop(self):
        """As an operator stops it."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_SECONDS_MAX)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"the server did not stop within {STOP_SECONDS_MAX} s of SIGTERM")

    def kill(self):
        """As a power cut stops it."""
        self.process.kill()
        self.process.wait()

    def remove(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.directory, ignore_errors=True)

    def run(self, *arguments: str, seconds: float = 120) -> subprocess.CompletedProcess:
        """Another command of the program, over the same data: `verify`, `routes`, …"""
        return subprocess.run(
            [self.binary, *arguments], capture_output=True, text=True, timeout=seconds, cwd=self.directory,
            env=os.environ | self.environment)

    def verify(self):
        done = self.run("verify", *self.storage)
        assert done.returncode == 0, f"kontor verify ended with {done.returncode}:\n{done.stdout}{done.stderr}"

    def log_tail(self, lines: int = 30) -> str:
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def rows(self, sql: str) -> list[list]:
        """What the program stored. Only for promises that no page can show, such as numbers without a gap."""
        if self.cluster:
            return self.cluster.query(self.database, sql)
        with sqlite3.connect(f"file:{self.sqlite_file}?mode=ro", uri=True) as connection:
            return [list(map(str, row)) for row in connection.execute(sql)]

    @property
    def sqlite_file(self) -> Path:
        files = sorted(self.data.glob("*.sqlite*"))
        found = [file for file in files if not file.name.endswith(("-wal", "-shm"))]
        assert found, f"there is no SQLite file in {list(self.data.iterdir())}"
        return found[0]

    # The sandbox's outside world

    def messages(self, to: str = "", linking: str = "") -> list[dict]:
        """Newest first; only those with a link that contains `linking`."""
        answer = Client(self.address).get("/sandbox/messages.json?" + urlencode({"to": to} if to else {}))
        assert answer.status == 200, f"messages.json: {answer.status}"
        return [message for message in json.loads(answer.body)
                if not linking or any(linking in url for url in message["links"])]

    def wait_message(self, to: str, linking: str = "", after: int = 0, seconds: float = 30) -> dict:
        """The newest such message, once there are more than `after`."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.messages(to, linking)
            if len(found) > after:
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"no message to {to} with a link to {linking} (beyond {after}) within {seconds} s")

    def advance_clock(self, period: str) -> dict:
        answer = Client(self.address).post_json("/sandbox/clock", {"advance": period})
        assert answer.status == 200, f"POST /sandbox/clock: {answer.status} {answer.text[:300]}"
        return json.loads(answer.body)


def link(message: dict, part: str) -> str:
    """The link in a message that contains a part, such as `/sign-up/`."""
    found = [url for url in message["links"] if part in url]
    assert found, f"no link with {part} in {message['links']}"
    return found[0]


def path_of(url: str) -> str:
    return re.sub(r"^https?://[^/]+", "", url) or "/"
