"""Making, starting and stopping the PostgreSQL cluster in a home."""

import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from pointclub.embedded.home import ADMINISTRATOR, APPLICATION, OWNER, Home
from pointclub.embedded.identity import Identity
from pointclub.embedded.trouble import EmbeddedServerError

DATABASE = "pointclub"
_START_TRIES = 5
_PORT_LINE = 3
_WITHOUT_DURABILITY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


@dataclass(frozen=True)
class Cluster:
    """A home together with the programs and the user that serve it."""

    home: Home
    identity: Identity
    programs: Path

    def create(self, *, durable: bool) -> None:
        """Run `initdb` where there is no cluster yet; one that was interrupted starts afresh."""
        if self.home.data.exists():
            return
        draft = self.home.own_folder / "data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        password_file = self.home.own_folder / "password.draft"
        password_file.unlink(missing_ok=True)
        with os.fdopen(os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(self.home.passwords()[ADMINISTRATOR])
        self.identity.own(password_file)
        try:
            done = self.identity.run(
                [
                    self.programs / "initdb",
                    *("-D", draft, "-U", ADMINISTRATOR, "--pwfile", password_file),
                    *("--auth", "scram-sha-256", "--encoding", "UTF8"),
                    *("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
                    *(() if durable else ("--no-sync",)),
                ]
            )
        finally:
            password_file.unlink()
        if done.returncode:
            message = f"PostgreSQL could not make its data folder: {done.stderr.strip()}"
            raise EmbeddedServerError(message)
        draft.rename(self.home.data)

    def running_port(self) -> int | None:
        """Return the port of the running server, or nothing; a file left by a dead one does not count."""
        try:
            lines = (self.home.data / "postmaster.pid").read_text().splitlines()
            process, port = int(lines[0]), int(lines[_PORT_LINE])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        return port if _serves(process, self.home.data) else None

    def start(self, *, durable: bool) -> int:
        """Start the server and return its port; it outlives this process until it is told to stop."""
        (self.home.data / "postmaster.pid").unlink(missing_ok=True)  # A dead one's: the caller has looked.
        done = None
        for _ in range(_START_TRIES):
            port = _free_port()
            settings = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories="]
            settings += [] if durable else _WITHOUT_DURABILITY
            done = self.identity.run(
                [
                    self.programs / "pg_ctl",
                    *("start", "--wait", "--timeout", "120", "--silent"),
                    *("-D", self.home.data, "-l", self.home.log),
                    *("-o", " ".join(f"-c {setting}" for setting in settings)),
                ]
            )
            if done.returncode == 0:
                return port
            if "could not bind" not in self._log_tail():
                break
        message = f"PostgreSQL did not start. Its log, {self.home.log}, ends:\n{self._log_tail()}"
        raise EmbeddedServerError(message)

    def stop(self) -> None:
        """Stop the server, rolling back what is not committed."""
        done = self.identity.run(
            [self.programs / "pg_ctl", "stop", "--wait", "--silent", "--mode", "fast", "-D", self.home.data]
        )
        if done.returncode and self.running_port() is not None:
            message = f"PostgreSQL did not stop: {done.stderr.strip()}"
            raise EmbeddedServerError(message)

    def url(self, role: str, port: int, database: str = DATABASE) -> str:
        """Return the address by which a role reaches a database of this cluster."""
        return f"postgresql://{role}:{self.home.passwords()[role]}@127.0.0.1:{port}/{database}"

    def add_roles_and_database(self, port: int) -> None:
        """Make the two roles and the database where they are missing.

        The owner may make databases, which the tests need; the application has what it is granted and no more.
        """
        passwords = self.home.passwords()
        with psycopg.connect(self.url(ADMINISTRATOR, port, "postgres"), autocommit=True) as connection:
            for role, rights in ((OWNER, "CREATEDB"), (APPLICATION, "NOCREATEDB")):
                if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount:
                    statement = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEROLE {} PASSWORD {}")
                    connection.execute(
                        statement.format(sql.Identifier(role), sql.SQL(rights), sql.Literal(passwords[role]))
                    )
            if not connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).rowcount:
                statement = sql.SQL("CREATE DATABASE {} OWNER {}")
                connection.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))

    def _log_tail(self) -> str:
        try:
            return "\n".join(self.home.log.read_text(errors="replace").splitlines()[-12:])
        except FileNotFoundError:
            return "(no log)"


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _serves(process: int, data: Path) -> bool:
    """Tell whether that process is the server of that folder, and not one that has got its number since."""
    try:
        command = Path(f"/proc/{process}/cmdline").read_text(errors="surrogateescape").replace("\0", " ")
    except OSError:
        if Path("/proc/self").exists():
            return False
        listing = subprocess.run(  # noqa: S603 -- A fixed command; for systems without /proc.
            ["/bin/ps", "-ww", "-p", str(process), "-o", "command="], check=False, capture_output=True, text=True
        )
        command = listing.stdout
    return "postgres" in command and str(data) in command
