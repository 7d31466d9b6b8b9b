"""The embedded server as its callers see it: there while someone uses it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pointclub.embedded import locks
from pointclub.embedded.binaries import copied_programs, packaged_programs
from pointclub.embedded.cluster import Cluster
from pointclub.embedded.home import ADMINISTRATOR, APPLICATION, OWNER, SYSTEM_FOLDER, Home
from pointclub.embedded.identity import server_identity
from pointclub.embedded.trouble import ServerInUseError


@dataclass(frozen=True)
class Server:
    """A running server and the ways into it."""

    home: Path
    port: int
    bin_dir: Path
    owner_url: str = field(repr=False)
    application_url: str = field(repr=False)
    administrator_url: str = field(repr=False)
    started_here: bool

    def stop(self) -> None:
        """Stop it now, whoever uses it."""
        stop_server(self.home, force=True)


@contextmanager
def running_server(home: Path, *, durable: bool = True) -> Iterator[Server]:
    """Keep the server of this home up for as long as the block runs.

    One that runs already is shared. Whoever leaves last stops it, unless it was started to be kept. `durable=False`
    trades safety in a power cut for speed and is for tests.
    """
    server, use = _start_and_use(home, durable=durable)
    try:
        yield server
    finally:
        use.end()
        with locks.one_at_a_time(home):
            if not locks.is_used(home) and not Home(home).kept_mark.exists():
                _stop(home)


def start_server(home: Path) -> Server:
    """Start the server, or find it running, and let it run on after this process."""
    server, use = _start_and_use(home, durable=True)
    Home(home).kept_mark.touch()
    use.end()
    return server


def stop_server(home: Path, *, force: bool = False) -> bool:
    """Stop the server and tell whether there was one to stop; without `force` one that others use is left alone."""
    if not home.exists():
        return False
    with locks.one_at_a_time(home):
        if not force and find_running_server(home) and locks.is_used(home):
            message = "Another process uses the database; stop that first."
            raise ServerInUseError(message)
        Home(home).kept_mark.unlink(missing_ok=True)
        return _stop(home)


def find_running_server(home: Path) -> Server | None:
    """Return the server of this home if it runs; start nothing."""
    if not Home(home).data.exists():
        return None
    cluster = _cluster(home)
    port = cluster.running_port()
    return None if port is None else _server(cluster, port, started_here=False)


def _start_and_use(home: Path, *, durable: bool) -> tuple[Server, locks.Use]:
    cluster = _cluster(home)
    cluster.home.make_folder(cluster.identity)
    with locks.one_at_a_time(home):
        cluster.home.prepare(cluster.identity)
        cluster.create(durable=durable)
        port = cluster.running_port()
        started_here = port is None
        if port is None:
            port = cluster.start(durable=durable)
        cluster.add_roles_and_database(port)
        return _server(cluster, port, started_here=started_here), locks.Use(home)


def _stop(home: Path) -> bool:
    cluster = _cluster(home)
    if cluster.running_port() is None:
        return False
    cluster.stop()
    return True


def _cluster(home: Path) -> Cluster:
    identity = server_identity()
    programs = copied_programs(SYSTEM_FOLDER / "server") if identity.is_another_user else packaged_programs()
    return Cluster(home=Home(home.resolve()), identity=identity, programs=programs)


def _server(cluster: Cluster, port: int, *, started_here: bool) -> Server:
    return Server(
        home=cluster.home.folder,
        port=port,
        bin_dir=cluster.programs,
        owner_url=cluster.url(OWNER, port),
        application_url=cluster.url(APPLICATION, port),
        administrator_url=cluster.url(ADMINISTRATOR, port),
        started_here=started_here,
    )
