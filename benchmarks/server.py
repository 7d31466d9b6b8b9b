"""A PostgreSQL of the benchmarks' own, with the durability that it has by default, and databases in it."""

from __future__ import annotations

import os
import shutil
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from pointclub import embedded

CHECKOUT = Path(__file__).parents[1]

# What a reader of the figures wants to know; whatever else was changed is listed with them.
_TOLD = (
    "checkpoint_timeout",
    "data_checksums",
    "effective_cache_size",
    "fsync",
    "full_page_writes",
    "jit",
    "maintenance_work_mem",
    "max_connections",
    "max_wal_size",
    "server_version",
    "shared_buffers",
    "synchronous_commit",
    "wal_level",
    "wal_sync_method",
    "work_mem",
)

# Pages are not written whole after each of very many checkpoints.
_WHILE_FILLING = ("full_page_writes = off", "max_wal_size = '8GB'", "autovacuum = off")


@dataclass(frozen=True)
class Server:
    """The running server: ways into its databases, and making, copying and dropping them."""

    embedded: embedded.Server

    @property
    def programs(self) -> Path:
        """The folder of pgbench and its kin."""
        return self.embedded.bin_dir

    def owner_url(self, database: str) -> str:
        """Return the owner's way in."""
        return _in(database, self.embedded.owner_url)

    def application_url(self, database: str) -> str:
        """Return the application's way in."""
        return _in(database, self.embedded.application_url)

    def administrator_url(self, database: str) -> str:
        """Return the administrator's way in, who may do what no benchmark measures."""
        return _in(database, self.embedded.administrator_url)

    @property
    def application_role(self) -> str:
        """The role under which all our work is done."""
        return urllib.parse.urlsplit(self.embedded.application_url).username or ""

    def make(self, database: str) -> None:
        """Make an empty database of the owner's."""
        self.drop(database)
        self._as_owner(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def copy(self, template: str, database: str) -> None:
        """Make a database that is like another, file by file; what was cached of the other is not of this one."""
        self.drop(database)
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._as_owner(statement.format(sql.Identifier(database), sql.Identifier(template)))

    def drop(self, database: str) -> None:
        """Drop a database where it is there, with whoever is connected to it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database))
        # The owner could not send away the server's own vacuum, which may be at work in it.
        with psycopg.connect(self.embedded.administrator_url, autocommit=True) as administrator:
            administrator.execute(statement)

    def settle(self) -> None:
        """Write out what waits in memory, so that nobody's work is measured together with what came before it."""
        with psycopg.connect(self.embedded.administrator_url, autocommit=True) as administrator:
            administrator.execute("CHECKPOINT")

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Write less against crashes, and vacuum nothing, while tables are filled and nothing is measured."""
        with psycopg.connect(self.embedded.administrator_url, autocommit=True) as administrator:
            for setting in _WHILE_FILLING:
                administrator.execute(f"ALTER SYSTEM SET {setting}".encode())
            administrator.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            with psycopg.connect(self.embedded.administrator_url, autocommit=True) as administrator:
                for setting in _WHILE_FILLING:
                    administrator.execute(f"ALTER SYSTEM RESET {setting.partition(' ')[0]}".encode())
                administrator.execute("SELECT pg_reload_conf()")
            self.settle()

    def settings(self) -> dict[str, str]:
        """Return the configuration: what matters to the figures, and all that is not as PostgreSQL brings it."""
        with psycopg.connect(self.embedded.administrator_url) as administrator:
            rows = administrator.execute(
                """
                SELECT name, current_setting(name) FROM pg_settings
                WHERE name = ANY(%s) OR source IN ('configuration file', 'command line') ORDER BY name
                """,
                [list(_TOLD)],
            ).fetchall()
        # The port is another one every time, and paths are this machine's own.
        return {name: value for name, value in rows if name != "port" and not value.startswith("/")}

    def _as_owner(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.embedded.owner_url, autocommit=True) as owner:
            owner.execute(statement)


@contextmanager
def running_server() -> Iterator[Server]:
    """Keep a server up on a fresh cluster, and leave nothing of it; what a killed run left behind goes first."""
    home = embedded.default_home(CHECKOUT)
    home = home.with_name(f"{home.name}-bench")
    embedded.stop_server(home, force=True)
    shutil.rmtree(home, ignore_errors=True)
    try:
        with embedded.running_server(home, durable=True) as server:
            os.environ["DATABASE_URL"] = server.application_url
            os.environ["DATABASE_OWNER_URL"] = server.owner_url
            yield Server(server)
    finally:
        embedded.stop_server(home, force=True)
        shutil.rmtree(home, ignore_errors=True)


def _in(database: str, url: str) -> str:
    return urllib.parse.urlsplit(url)._replace(path=f"/{database}").geturl()
