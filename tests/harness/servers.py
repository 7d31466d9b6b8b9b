"""The PostgreSQL server under the tests: the embedded one, or the one that the environment names."""

import contextlib
import hashlib
import os
import shutil
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from pointclub import embedded
from pointclub.jobs.database import grants
from pointclub.jobs.database.access import connected_as

CHECKOUT = Path(__file__).parents[2]
_MEMORY = Path("/dev/shm")  # noqa: S108 -- What is in it must be our own.
_ROOM_BYTES = 4 * 2**30
TEMPLATE_PREFIX = "pointclub_template_"
_ONE_BUILDER = 0x504F494E54


@dataclass(frozen=True)
class TestServer:
    """Addresses of the server's roles, and making and dropping of databases."""

    __test__ = False

    owner_url: str = field(repr=False)
    application_url: str = field(repr=False)
    maintenance_url: str = field(repr=False)

    @property
    def application_role(self) -> str:
        """The role under which the tests run."""
        return urllib.parse.unquote(urllib.parse.urlsplit(self.application_url).username or "")

    def owner_url_of(self, database: str) -> str:
        """Return the owner's way into a database."""
        return _with_database(self.owner_url, database)

    def application_url_of(self, database: str) -> str:
        """Return the application's way into a database."""
        return _with_database(self.application_url, database)

    def clone_template(self, template: str, database: str) -> None:
        """Make a database that looks like the template."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        with psycopg.connect(self.owner_url, autocommit=True) as owner:
            owner.execute(statement.format(sql.Identifier(database), sql.Identifier(template)))

    def drop(self, database: str) -> None:
        """Drop a database together with whoever is still connected to it."""
        with psycopg.connect(self.maintenance_url, autocommit=True) as maintenance:
            maintenance.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def drop_leftovers(self) -> None:
        """Drop the databases of processes on this machine that were killed before they could."""
        with psycopg.connect(self.maintenance_url, autocommit=True) as maintenance:
            names = maintenance.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, 'test_')"
            ).fetchall()
        for (name,) in names:
            if not _is_alive(int(name.split("_")[2])):
                self.drop(name)

    def build_template(self) -> str:
        """Return the database that all others are copied from; it is migrated once for each state of the migrations."""
        template = TEMPLATE_PREFIX + _state_of_migrations()
        with psycopg.connect(self.owner_url, autocommit=True) as owner:
            owner.execute("SELECT pg_advisory_lock(%s)", [_ONE_BUILDER])
            if owner.execute("SELECT FROM pg_database WHERE datname = %s", [template]).rowcount:
                return template
            draft = f"{template}_draft"
            self.drop(draft)
            owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
            with connected_as(self.owner_url_of(draft)):
                call_command("migrate", verbosity=0, interactive=False)
                grants.grant_application_rights(connection, role=self.application_role)
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            owner.execute(rename.format(sql.Identifier(draft), sql.Identifier(template)))
            self._drop_outdated_templates(owner, current=template)
        return template

    def _drop_outdated_templates(self, owner: psycopg.Connection, *, current: str) -> None:
        outdated = owner.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND datname <> %s",
            [TEMPLATE_PREFIX, current],
        ).fetchall()
        for (name,) in outdated:
            with contextlib.suppress(psycopg.Error):  # Another run may be copying it.
                owner.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


@contextlib.contextmanager
def running_test_server() -> Iterator[TestServer]:
    """Keep a server up; the first process of a run starts it, the last one stops it.

    The embedded cluster of the tests is kept between runs, since making it takes longer than most tests.
    """
    owner_url, application_url = os.environ.get("DATABASE_OWNER_URL"), os.environ.get("DATABASE_URL")
    if owner_url and application_url:
        yield TestServer(owner_url, application_url, maintenance_url=owner_url)
        return
    home = _home()
    with contextlib.ExitStack() as stack:
        try:
            embedded_server = stack.enter_context(embedded.running_server(home, durable=False))
        except embedded.EmbeddedServerError:
            # Without durability a power cut may have spoiled it, and a newer PostgreSQL cannot read it.
            embedded.drop_home(home)
            embedded_server = stack.enter_context(embedded.running_server(home, durable=False))
        server = TestServer(
            embedded_server.owner_url,
            embedded_server.application_url,
            maintenance_url=embedded_server.administrator_url,
        )
        server.drop_leftovers()
        yield server


def _home() -> Path:
    """Return where the tests' cluster lives.

    In memory where there is room, since its files are made and dropped by the hundred thousand; elsewhere on disk.
    """
    in_memory = _MEMORY / f"pointclub-tests-{os.geteuid()}"
    with contextlib.suppress(OSError):
        in_memory.mkdir(mode=0o711, exist_ok=True)
        is_ours = in_memory.lstat().st_uid == os.geteuid() and not in_memory.is_symlink()
        if is_ours and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES:
            _drop_those_of_checkouts_that_are_gone(in_memory)
            home = in_memory / urllib.parse.quote(str(CHECKOUT), safe="")
            home.mkdir(exist_ok=True)
            return home
    home = embedded.default_home(CHECKOUT)
    return home.with_name(f"{home.name}-tests")


def _drop_those_of_checkouts_that_are_gone(homes: Path) -> None:
    for home in homes.iterdir():
        if not Path(urllib.parse.unquote(home.name)).exists():
            with contextlib.suppress(embedded.EmbeddedServerError):  # It runs.
                embedded.drop_home(home)
                shutil.rmtree(home)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _with_database(url: str, database: str) -> str:
    return urllib.parse.urlsplit(url)._replace(path=f"/{database}").geturl()


def _state_of_migrations() -> str:
    """Return a mark that changes with any migration, with the grants, and with the models that they follow."""
    rights = (f"{table}: {grants.rights_on(table)}" for table in sorted(grants.own_models()))
    digest = hashlib.sha256("; ".join(rights).encode())
    digest.update(Path(grants.__file__).read_bytes())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for file in sorted(Path(app.path, "migrations").glob("*")):
            if file.is_file():
                digest.update(f"{app.label}/{file.name}".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
