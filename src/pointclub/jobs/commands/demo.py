"""`pointclub demo`: one command from a fresh checkout to a club on the screen."""

import importlib
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from pointclub import embedded
from pointclub.config.environment import Environment, read_environment
from pointclub.foundation.refusals import Refusal
from pointclub.jobs import processes
from pointclub.jobs.cli import set_up_django
from pointclub.jobs.database import access

LOADED_MARK = "demo-loaded"
_MAIL_PORT = 8025


class DemoRefusedError(Refusal):
    """A made-up club must not get among real members."""

    code = "demo_refused"


def demo(
    *,
    reset: Annotated[bool, typer.Option("--reset", help="Only drop the demo's data.")] = False,
    code: Annotated[bool, typer.Option("--code", help="Only print the staff's code of this half minute.")] = False,
) -> None:
    """Start a made-up club to look at; the first start loads it, Ctrl-C stops everything."""
    environment = read_environment(os.environ)
    if environment.is_production:
        message = "The demo does not start in production."
        raise DemoRefusedError(message)
    if reset:
        _reset(environment)
        return
    if code:
        set_up_django()
        sys.stdout.write(f"{_code_now()}\n")
        return
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop_orderly)
    with ExitStack() as stack:
        _say("Setting up the database ...")
        server = access.open_database(environment, stack, create=True)
        mail = _receive_mail(environment)
        set_up_django()
        from pointclub.jobs.database import upkeep

        upkeep.migrate_and_grant()
        _load_if_empty(None if server is None else server.home / LOADED_MARK)
        from pointclub.foundation import clock
        from pointclub.jobs.commands import serve

        keys = _club().issue_keys(at=clock.now())
        raise SystemExit(
            serve.run_site(complete=True, announce=lambda site, api: _announce(site, api, keys), beside=mail)
        )


def _receive_mail(environment: Environment) -> dict[str, Sequence[str]]:
    """Say by which process the demo's mail is received, and let all processes know; a server that is set is used."""
    if environment.mail_server is not None:
        return {}
    port = processes.first_free_port("127.0.0.1", _MAIL_PORT)
    os.environ["POINTCLUB_MAIL_URL"] = f"smtp://127.0.0.1:{port}"
    os.environ["POINTCLUB_MAILBOX_FOLDER"] = str(_mailbox(environment))
    return {"receiver": [sys.executable, "-m", "pointclub.jobs.receiver"]}


def _mailbox(environment: Environment) -> Path:
    home = access.server_home(environment)
    home.mkdir(parents=True, exist_ok=True)
    return environment.mailbox_folder or home / "mail"


def _stop_orderly(number: int, _frame: object) -> NoReturn:
    """Turn a request to stop while loading into the way out that also stops the database."""
    raise SystemExit(128 + number)


def _reset(environment: Environment) -> None:
    if not access.uses_embedded_server(environment):
        message = "DATABASE_URL names a server of your own; its data is yours to drop."
        raise DemoRefusedError(message)
    home = access.server_home(environment)
    embedded.stop_server(home)
    embedded.drop_home(home)
    (home / LOADED_MARK).unlink(missing_ok=True)
    shutil.rmtree(home / "mail", ignore_errors=True)
    sys.stdout.write("The demo's data is gone; `make demo` makes it anew.\n")


def _load_if_empty(mark: Path | None) -> None:
    """Load the club once; the mark is set at the end, so a load that was cut short goes on at the next start."""
    if mark is not None and mark.exists():
        return
    _say("Loading the club, which takes about a minute ...")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, Any] = {}

        def progress(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=total)
            bars.update(tasks[what], completed=done, total=total)
            if not console.is_terminal and _ends_a_quarter(done, total):
                _say(f"{what}: {done} of {total}")

        _club().load_demo_club(progress=progress)
    if mark is not None:
        mark.touch()


def _ends_a_quarter(done: int, total: int) -> bool:
    """Tell whether one more quarter is done, which is as much as a log wants to know."""
    return done * 4 // total > (done - 1) * 4 // total


def _say(line: str) -> None:
    """Tell at once what begins, where nobody would see a bar move as well."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _announce(address: str, api: str, keys: Sequence[Any]) -> None:
    console = Console(highlight=False)
    console.print(f"\nThe club is at [bold]{address}[/bold] (English: {address}en/). Ctrl-C stops everything.\n")
    table = Table("who", "login ID", "password", title="Sign-ins", title_justify="left")
    for row in _club().SIGN_INS:
        table.add_row(*row)
    console.print(table)
    console.print(
        f"Members sign in at [bold]{address}[/bold], staff at [bold]{address}office/[/bold] with a code besides: "
        f"[bold]{_code_now()}[/bold] for the next half minute, then what `.venv/bin/pointclub demo --code` prints. "
        f"An authenticator app shows the same for the key {_club().SECRET}.\n\n"
        f"Whoever joins can bring points of an old club over: number [bold]{_club().OLD_NUMBER}[/bold], password "
        f"[bold]{_club().OLD_PASSWORD}[/bold]. {_numbers_of_a_contract()}\n\n"
        "A forgotten ID or password is recovered by address and keyword; hanako's are "
        f"[bold]{_club().MAIL}[/bold] and [bold]{_club().KEYWORD}[/bold].\n\n"
        f"Mail that the club sends is at [bold]{address}demo-mail/[/bold], with the code that a new browser is asked "
        "for; none of it leaves this machine.\n\n"
        f"Merchants' tills call [bold]{api}v1/[/bold]; what they can ask for is described at [bold]{api}docs[/bold].\n"
    )
    console.print("Terminal keys of merchants, new at each start:")
    for issued in keys:
        # A line of its own each: broken by a table, a secret could not be copied.
        console.print(_key_line(issued), markup=False, soft_wrap=True)


def _numbers_of_a_contract() -> str:
    numbers = _club().find_free_numbers()
    if numbers is None:
        return (
            "No energy contract on file is free; `make demo-reset` drops everything, and the next start loads it anew."
        )
    customer, supply_point = numbers
    return (
        "Whoever registers with an energy contract has the customer number "
        f"[bold]{customer}[/bold] and the supply-point number [bold]{supply_point}[/bold]."
    )


def _key_line(issued: Any) -> str:
    key = issued.key
    where = f"store {key.store.code}, till {key.terminal_code}" if key.store else "all stores"
    return f"  {issued.secret}  {key.merchant} ({where}: {', '.join(key.acts)})"


def _code_now() -> str:
    from pointclub.people import authenticator

    return authenticator.code_for(_club().SECRET)


def _club() -> Any:
    """Return the made-up club; it imports models, so it can only be had after Django is set up."""
    return importlib.import_module("pointclub.jobs.demo_club")
