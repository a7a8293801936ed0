"""What a journey is, and what it is given to travel with."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from browser import Browser, Look
from kontor import Kontor
from postgres import Cluster

SQLITE = "sqlite"
POSTGRES = "postgres"

# Everything comes from one address here, so what one address may do in a minute is raised.
MANY_FROM_ONE_ADDRESS = {"KONTOR_RATE_FACTOR": "1000"}


@dataclass(frozen=True)
class Journey:
    name: str
    database: str
    act: Callable[["Stage"], None]


JOURNEYS: list[Journey] = []


def journey(name: str, *databases: str, **parameters):
    """Registers a function, once for each database; SQLite where none is named."""

    def register(function):
        for database in databases or (SQLITE,):
            JOURNEYS.append(Journey(f"{name} ({database})", database, lambda stage: function(stage, **parameters)))
        return function

    return register


class House:
    """What journeys share, because starting it takes time: one PostgreSQL cluster, a server for each kind of data."""

    def __init__(self, binary: Path):
        self.binary = binary
        self._cluster: Cluster | None = None
        self.servers: dict[tuple[str, bool], Kontor] = {}

    @property
    def cluster(self) -> Cluster:
        if self._cluster is None:
            self._cluster = Cluster()
        return self._cluster

    def server(self, database: str, demo: bool) -> Kontor:
        known = self.servers.get((database, demo))
        if known and known.process.poll() is None:
            return known
        server = Kontor(
            self.binary, cluster=self.cluster if database == POSTGRES else None, demo=demo,
            environment=MANY_FROM_ONE_ADDRESS)
        # Kept before it is started, so that it is removed whatever happens.
        self.servers[(database, demo)] = server
        return server.start()

    def close(self):
        for server in self.servers.values():
            server.remove()
        if self._cluster:
            self._cluster.remove()


class Stage:
    """One journey's own things, gone when it ends."""

    def __init__(self, house: House, database: str, pictures: Path, name: str):
        self.house = house
        self.database = database
        self.pictures = pictures
        self.name = name
        self.browsers: list[Browser] = []
        self.servers: list[Kontor] = []
        self.stack = ExitStack()

    def server(self, *, demo: bool = False) -> Kontor:
        """Shared with other journeys: for those that leave it as they found it, but for their own account."""
        server = self.house.server(self.database, demo)
        self.servers.append(server)
        return server

    def own_server(self, *, demo: bool = False, cluster: Cluster | None = None, start: bool = True) -> Kontor:
        """For journeys that move the clock, kill, or look at everything there is."""
        if self.database == POSTGRES and cluster is None:
            cluster = self.house.cluster
        server = Kontor(self.house.binary, cluster=cluster, demo=demo, environment=MANY_FROM_ONE_ADDRESS)
        self.servers.append(server)
        self.stack.callback(server.remove)
        return server.start() if start else server

    def own_cluster(self) -> Cluster:
        cluster = Cluster()
        self.stack.callback(cluster.remove)
        return cluster

    def folder(self) -> str:
        """An empty one."""
        return self.stack.enter_context(tempfile.TemporaryDirectory(prefix="kontor-journeys-"))

    def browser(self, server: Kontor, look: Look = Look(), name: str = "") -> Browser:
        browser = Browser(
            server.address, look, pictures=self.pictures, name=f"{self.name}-{name}" if name else self.name)
        self.browsers.append(browser)
        self.stack.callback(browser.driver.quit)
        return browser

    @property
    def faults(self) -> list[str]:
        found = [fault for browser in self.browsers for fault in browser.faults]
        return list(dict.fromkeys(found))

    def close(self):
        self.stack.close()
