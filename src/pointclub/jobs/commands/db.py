"""`pointclub db`: the database itself."""

import os
import subprocess
from contextlib import ExitStack
from typing import Annotated

import typer

from pointclub import embedded
from pointclub.config.environment import Environment, read_environment
from pointclub.foundation.refusals import Refusal
from pointclub.jobs import output
from pointclub.jobs.cli import set_up_django
from pointclub.jobs.database import access

app = typer.Typer(no_args_is_help=True)


class NotEmbeddedError(Refusal):
    """The database is a server of the operator's own, which is started and stopped elsewhere."""

    code = "not_embedded"


@app.command()
def start(*, json: output.AsJson = False) -> None:
    """Start the embedded server and leave it running."""
    server = embedded.start_server(access.server_home(_environment_of_embedded()))
    output.emit({"running": True, "port": str(server.port), "home": str(server.home)}, json=json)


@app.command()
def stop(
    *, force: Annotated[bool, typer.Option(help="Also while it is used.")] = False, json: output.AsJson = False
) -> None:
    """Stop the embedded server."""
    stopped = embedded.stop_server(access.server_home(_environment_of_embedded()), force=force)
    output.emit({"running": False, "stopped": stopped}, json=json)


@app.command()
def status(*, json: output.AsJson = False) -> None:
    """Say which database is used and whether it answers."""
    environment = read_environment(os.environ)
    if not access.uses_embedded_server(environment):
        output.emit({"server": "DATABASE_URL", "answers": access.answers(environment.database_url or "")}, json=json)
        return
    home = access.server_home(environment)
    server = embedded.find_running_server(home)
    result = {"server": "embedded", "running": server is not None, "home": str(home)}
    output.emit(result | ({} if server is None else {"port": str(server.port)}), json=json)


@app.command()
def migrate(*, json: output.AsJson = False) -> None:
    """Bring the tables up to date as the owner, then grant the application its rights."""
    with ExitStack() as stack:
        _open(stack)
        from pointclub.jobs.database import upkeep

        output.emit({"applied": upkeep.migrate_and_grant()}, json=json)


@app.command()
def grant() -> None:
    """Grant the application's role its rights anew."""
    with ExitStack() as stack:
        _open(stack)
        from pointclub.jobs.database import upkeep

        upkeep.grant()


@app.command()
def distribute(*, json: output.AsJson = False) -> None:
    """Spread the tables over a Citus cluster, by account."""
    with ExitStack() as stack:
        _open(stack)
        from pointclub.jobs.database import distribution

        output.emit(distribution.distribute(), json=json)


@app.command()
def psql(*, owner: Annotated[bool, typer.Option(help="As the owner.")] = False) -> None:
    """Open a session by hand, as the application unless told otherwise."""
    with ExitStack() as stack:
        environment = read_environment(os.environ)
        server = access.open_database(environment, stack)
        name = "DATABASE_OWNER_URL" if owner else "DATABASE_URL"
        program = "psql" if server is None else str(server.bin_dir / "psql")
        # Ctrl-C is for psql here: it cancels a statement there and must not end us.
        raise SystemExit(subprocess.run([program, os.environ[name]], check=False).returncode)  # noqa: S603 -- As asked.


def _environment_of_embedded() -> Environment:
    environment = read_environment(os.environ)
    if not access.uses_embedded_server(environment):
        message = "DATABASE_URL names a server of your own; there is no embedded server to start or stop."
        raise NotEmbeddedError(message)
    return environment


def _open(stack: ExitStack) -> None:
    access.open_database(read_environment(os.environ), stack, create=True)
    set_up_django()
