"""The database goes and comes back; the program does not start, and says why."""

import os
import shutil
import socket
import sqlite3
import subprocess
import time
from pathlib import Path

from browser import Look
from journey import POSTGRES, SQLITE, Stage, journey
from kontor import ROOT
from postgres import free_port
from steps import PASSWORD, new_address, sign_up
from web import Client

RECOVERY_SECONDS_MAX = 20


@journey("the database is gone and comes back", POSTGRES)
def gone(stage: Stage):
    cluster = stage.own_cluster()
    kontor = stage.own_server(cluster=cluster)
    browser = stage.browser(kontor, Look("de"))
    organization = sign_up(browser, kontor, new_address("hans"))
    browser.open("/profile/name").fill(first_name="Hannes")
    cluster.stop()
    deadline = time.monotonic() + 10
    while kontor.ready() != 503:
        assert time.monotonic() < deadline, f"/readyz answers {kontor.ready()} without a database"
        time.sleep(0.2)
    browser.submit("form[action='/profile/name']", expect=503)
    browser.open(f"/organizations/{organization}", expect=503)
    client = Client(kontor.address)
    assert client.get("/healthz").status == 200, "without its database it still serves"
    answer = client.get("/2/profile", {"Authorization": "Bearer kontor_pat_nothing"})
    assert answer.status in (401, 503) and answer.body.startswith(b"{"), f"the API answers {answer.status} {answer.text[:100]}"
    page = client.get("/sign-up")
    answer = client.submit(page, page.form("/sign-up"), email="ida@neu.example")
    assert answer.status == 503, f"signing up without a database answers {answer.status}"
    assert answer.headers.get("Retry-After"), "503 does not say when to try again"
    assert "ida@neu.example" in answer.text, "what was typed is lost"

    cluster.start()
    deadline = time.monotonic() + RECOVERY_SECONDS_MAX
    while kontor.ready() != 200:
        assert time.monotonic() < deadline, f"not ready {RECOVERY_SECONDS_MAX} s after the database came back"
        time.sleep(0.2)
    browser.open(f"/organizations/{organization}")
    browser.open("/profile/name").fill(first_name="Hannes").submit("form[action='/profile/name']")
    assert "Hannes" in browser.text
    sign_up(stage.browser(kontor, Look("en"), name="after"), kontor, new_address("hans"))
    kontor.verify()


@journey("the disk is full", SQLITE)
def full(stage: Stage):
    kontor = stage.own_server(start=False)
    # A small disk of its own, which goes with the process that sees it.
    kontor.data.mkdir()
    apart = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--mount"]
    kontor.wrapper = [
        *apart, "sh", "-c", 'mount -t tmpfs -o size=24m tmpfs "$0" && exec "$@"', str(kontor.data)]
    kontor.start()
    browser = stage.browser(kontor, Look("de"))
    organization = sign_up(browser, kontor, new_address("kurt"))
    seen = Path(f"/proc/{kontor.process.pid}/root{kontor.data}")
    filler = seen / "filler"
    # The write-ahead log has room for a few more changes; then there is none.
    fill(filler)
    browser.open("/profile/name")
    for attempt in range(100):
        browser.fill(first_name=f"Kurt {attempt}")
        browser.leave(lambda: browser.run("document.querySelector('form[action=\"/profile/name\"]').requestSubmit()"))
        if browser.status == 503:
            break
        assert browser.status == 200, f"a full disk is answered {browser.status}: {browser.heading!r}"
        browser.open("/profile/name", check=False)
    assert browser.status == 503, "the disk never became full"
    browser.check(503)
    assert browser.value("first_name") == f"Kurt {attempt}", "what was typed is lost"
    assert browser.has(".errors"), "nothing says what happened"
    browser.open(f"/organizations/{organization}")
    filler.unlink()
    browser.open("/profile")
    assert attempt == 0 or f"Kurt {attempt - 1} " in browser.text, "what was refused was written, or what was written is lost"
    browser.open("/profile/name").fill(first_name="Kurt Again").submit("form[action='/profile/name']")
    assert "Kurt Again" in browser.text
    # SQLite would follow the way through /proc out of the small disk again, so it looks at a copy.
    copy = shutil.copytree(seen, kontor.directory / "copy")
    done = kontor.run("verify", "--data", str(copy))
    assert done.returncode == 0, f"kontor verify ended with {done.returncode}:\n{done.stdout}{done.stderr}"


def fill(file: Path):
    """Until nothing more goes in, not even one block."""
    with file.open("wb", buffering=0) as handle:
        for size in (1 << 20, 1 << 12):
            try:
                while handle.write(b"x" * size):
                    pass
            except OSError:
                continue


@journey("a start that cannot be says why in one line", SQLITE)
def starts(stage: Stage):
    kontor = stage.own_server(start=False)

    def refuse(what: str, *, port: int | None = None, data: Path | None = None, mentions: str = "",
               arguments: list[str] = [], environment: dict[str, str] = {}):
        command = [kontor.binary, "serve", "--host", "127.0.0.1", "--port", str(port or free_port()), "--no-demo",
                   "--public", str(ROOT / "Public"), "--data", str(data or kontor.data), *arguments]
        try:
            done = subprocess.run(
                command, capture_output=True, text=True, timeout=40, cwd=kontor.directory, env=os.environ | environment)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{what}: it started, or hangs") from None
        lines = done.stderr.splitlines()
        assert done.returncode > 0, f"{what}: exit code {done.returncode}\n{done.stderr}"
        assert len(lines) == 1, f"{what}: {len(lines)} lines instead of one:\n{done.stderr}"
        assert mentions in lines[0], f"{what}: {lines[0]!r} does not mention {mentions}"
        assert not done.stdout, f"{what}: it printed {done.stdout!r}"

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refuse("port in use", port=port, mentions=str(port))

    file = kontor.directory / "file"
    file.write_text("")
    refuse("data directory below a file", data=file / "data", mentions=str(file))
    refuse("no such server", arguments=["--database", f"postgres://kontor@127.0.0.1:{free_port()}/kontor"])
    refuse("no URL", arguments=["--database", "nonsense"], mentions="postgres://")
    refuse("another database's URL", arguments=["--database", "mysql://root@127.0.0.1/kontor"])
    refuse("no such catalogue", environment={"KONTOR_CATALOGUE": "/nonexistent.json"}, mentions="/nonexistent.json")
    refuse("a setting that cannot be", environment={"KONTOR_MODE": "holiday"}, mentions="KONTOR_MODE")
    refuse("production with nothing set", environment={"KONTOR_MODE": "production"}, mentions="KONTOR_")

    key = kontor.directory / "other" / "kontor.key"
    key.parent.mkdir()
    key.write_bytes(b"short")
    refuse("half a key", data=key.parent, mentions=str(key))

    kontor.start()
    kontor.stop()
    with sqlite3.connect(kontor.sqlite_file) as connection:
        connection.execute("INSERT INTO migration (id, applied_at) VALUES ('zz-999-from-the-future', 0)")
    refuse("newer schema", mentions="newer")

    kontor.sqlite_file.write_bytes(b"this is not a database" * 100)
    refuse("not a database")


@journey("PostgreSQL that cannot be used says why in one line", POSTGRES)
def postgres_starts(stage: Stage):
    cluster = stage.house.cluster
    kontor = stage.own_server(start=False)
    for what, url in (("no such database", cluster.url("nowhere")), ("newer schema", kontor.database)):
        if what == "newer schema":
            kontor.start()
            kontor.stop()
            cluster.query(kontor.database, "INSERT INTO migration (id, applied_at) VALUES ('zz-999-from-the-future', 0)")
        done = kontor.run(
            "serve", "--port", str(free_port()), "--no-demo", "--public", str(ROOT / "Public"), "--data",
            str(kontor.data), "--database", url, seconds=40)
        assert done.returncode > 0, f"{what}: exit code {done.returncode}"
        assert len(done.stderr.splitlines()) == 1, f"{what}:\n{done.stderr}"


@journey("stopped and started, everything is as it was", SQLITE, POSTGRES)
def restarted(stage: Stage):
    kontor = stage.own_server()
    browser = stage.browser(kontor, Look("en"))
    email = new_address("jana")
    organization = sign_up(browser, kontor, email)
    kontor.stop()
    assert kontor.process.returncode == 0, f"SIGTERM ended it with {kontor.process.returncode}"
    kontor.start()
    browser.open(f"/organizations/{organization}")
    assert browser.path == f"/organizations/{organization}", "the session did not survive a restart"
    Client(kontor.address).sign_in(email, PASSWORD)
    kontor.verify()
