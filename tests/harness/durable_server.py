"""A PostgreSQL server of a test's own with all its durability, to be killed and started again at the same port."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from pointclub import embedded
from pointclub.embedded.home import SYSTEM_FOLDER
from pointclub.embedded.identity import server_identity
from tests.harness.servers import TestServer
from tests.harness.waiting import wait_until


@dataclass(frozen=True)
class DurableServer:
    """The server, whether it runs just now or not."""

    server: embedded.Server

    @property
    def databases(self) -> TestServer:
        return TestServer(
            self.server.owner_url, self.server.application_url, maintenance_url=self.server.administrator_url
        )

    @contextmanager
    def configured(self, **settings: str) -> Iterator[None]:
        """Run with other settings for the length of the block; each change starts the server anew."""
        changes = [
            sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value))
            for name, value in settings.items()
        ]
        self._alter(changes)
        yield
        self._alter([sql.SQL("ALTER SYSTEM RESET ALL")])

    def start(self) -> None:
        """Start it where it was, and let it recover."""
        options = f"-c port={self.server.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
        self._control(
            "start", "--timeout", "120", "-l", str(self.server.home / "postgresql" / "server.log"), "-o", options
        )

    def kill(self, *, with_all_processes: bool = False) -> None:
        """Kill the postmaster, and wait until the processes that it leaves behind have noticed and gone.

        What they have written is in the system's cache by then, and lives on. Killed `with_all_processes` they write
        nothing more, and what of the log was in their memory alone is lost.
        """
        postmaster = int((self._data / "postmaster.pid").read_text().splitlines()[0])
        assert postmaster > 1, "Signals to lower numbers reach more than one process."
        # While it stands still it starts no more of them.
        os.kill(postmaster, signal.SIGSTOP)
        left_behind = _children_of(postmaster)
        os.kill(postmaster, signal.SIGKILL)
        if with_all_processes:
            for process in left_behind:
                _kill_if_there(process)
        gone = {postmaster, *left_behind}
        wait_until(lambda: gone.isdisjoint(_processes()), "all processes of the server are gone")
        # A dead process keeps its number until its parent asks for it, and the next start would take it for alive.
        (self._data / "postmaster.pid").unlink()

    def kill_backend(self, database: str) -> None:
        """Kill one connection's process, upon which the server throws all of them out and recovers."""
        backends = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
        with psycopg.connect(self.server.administrator_url) as administrator:
            before = _checkpointer(administrator)
            connected = [int(process) for (process,) in administrator.execute(backends, [database]).fetchall()]
        os.kill(random.choice(connected), signal.SIGKILL)  # noqa: S311 -- Any of them.
        wait_until(lambda: self._has_other_checkpointer(before), "the server has recovered")

    def _has_other_checkpointer(self, before: int | None) -> bool:
        try:
            with psycopg.connect(self.server.administrator_url) as administrator:
                return _checkpointer(administrator) not in {before, None}
        except psycopg.OperationalError:
            return False

    def _alter(self, changes: Sequence[sql.SQL | sql.Composed]) -> None:
        with psycopg.connect(self.server.administrator_url, autocommit=True) as administrator:
            for change in changes:
                administrator.execute(change)
        self._control("stop", "--mode", "fast")
        self.start()

    @property
    def _data(self) -> Path:
        return self.server.home / "postgresql" / "data"

    def _control(self, act: str, *options: str) -> None:
        words: list[str | Path] = [
            self.server.bin_dir / "pg_ctl",
            act,
            "--wait",
            "--silent",
            "-D",
            self._data,
            *options,
        ]
        done = server_identity().run(words)
        assert done.returncode == 0, done.stderr


@contextmanager
def running_durable_server(place: Path) -> Iterator[DurableServer]:
    """Make a server below that folder, or as root where the server's user may reach it; remove it in the end."""
    folder = (SYSTEM_FOLDER if os.geteuid() == 0 else place) / f"tests-{uuid.uuid4().hex[:8]}"
    try:
        with embedded.running_server(folder) as server:
            durable = DurableServer(server)
            yield durable
            # Nobody will ask for what it holds; stopped in order, it would bring all of it to the disk first.
            durable.kill(with_all_processes=True)
    finally:
        embedded.stop_server(folder, force=True)
        embedded.drop_home(folder)
        for name in ("starting.lock", "in-use.lock"):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()


def _checkpointer(administrator: psycopg.Connection) -> int | None:
    query = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"
    row = administrator.execute(query).fetchone()
    return None if row is None else int(row[0])


def _processes() -> dict[int, int]:
    """Return all processes that are alive, each with its parent."""
    listing = subprocess.run(
        ["/usr/bin/env", "ps", "-A", "-o", "pid=,ppid=,stat="], check=True, capture_output=True, text=True
    )
    found = (line.split() for line in listing.stdout.splitlines())
    return {int(process): int(parent) for process, parent, state, *_ in found if not state.startswith("Z")}


def _children_of(process: int) -> list[int]:
    return [child for child, parent in _processes().items() if parent == process]


def _kill_if_there(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return
