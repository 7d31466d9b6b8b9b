"""The command `pointclub`: the table of its commands, and what each needs before it can be imported."""

import enum
import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import typer

from pointclub.foundation.refusals import Refusal, UnavailableError
from pointclub.jobs import output


class Needs(enum.Enum):
    """What must stand before a command's module is imported."""

    NOTHING = enum.auto()
    DJANGO = enum.auto()
    DATABASE = enum.auto()


@dataclass(frozen=True)
class Command:
    """An entry of the table: a module, and in it a typer app named `app` or a function, after a colon.

    `apart` are the places of those commands of the app that need nothing: called, they are imported without it.
    """

    place: str
    help: str
    needs: Needs = Needs.DATABASE
    example: str = ""
    apart: Mapping[str, str] = field(default_factory=dict)


# Only the command that was asked for is imported, so `pointclub --help` answers at once.
COMMANDS: dict[str, Command] = {
    "demo": Command("demo:demo", "Start a made-up club to look at, database included.", Needs.NOTHING),
    "serve": Command("serve:serve", "Start web server, merchants' interface and worker under one parent."),
    "web": Command("serve:web", "Start the web server alone."),
    "api": Command("serve:api", "Start the merchants' interface alone."),
    "worker": Command("serve:worker", "Start the worker alone: due jobs and the nightly runs."),
    "db": Command("db:app", "The database: start, stop, migrate, grant.", Needs.NOTHING),
    "import": Command("imports:app", "Take in files: purchases, opening balances; list what came."),
    "demo-data": Command("demo_data:app", "Purchases that really happened, as files.", Needs.NOTHING),
    "settings": Command("settings:settings", "Show the environment variables and what they are set to.", Needs.NOTHING),
    "staff": Command("staff:app", "Who may act for the club."),
    "member": Command("member:app", "Joining, leaving, coming back."),
    "merchant": Command("merchant:app", "Who gives points, how many, and the keys of their terminals."),
    "campaign": Command("campaign:app", "More points for a while."),
    "program": Command("program:app", "The figures that the documents fix, by date."),
    "exclusion": Command("exclusion:app", "The names whose applications staff look at."),
    "suspension": Command("suspension:app", "Pausing accrual, redemption or enquiry."),
    "account": Command("account:app", "What an account holds, and how it came to be."),
    "explain": Command("explain:app", "Where points came from, and where they went."),
    "accrue": Command(
        "purchases:accrue",
        "Take in one sale; its points wait for the balance update. Sent again, it counts once.",
        example="pointclub accrue 1234-5678-9015 --merchant 100001 --reference r-1 --yen 1090 --as sato",
    ),
    "correct": Command(
        "purchases:correct",
        "Put the right price, or number of points, in place of a wrong one.",
        example="pointclub correct --merchant 100001 --reference r-1 --yen 1900 --as sato",
    ),
    "reverse": Command(
        "purchases:reverse",
        "Take back the points of a sale that was undone, in whole or, with a key, in part.",
        example="pointclub reverse --merchant 100001 --reference r-1 --yen 500 --key return-1 --as sato",
    ),
    "reversals": Command("purchases:reversals", "Reversals whose sale has not come."),
    "redeem": Command(
        "redemptions:redeem",
        "Take a primary member's points for rewards, all lines or none.",
        example="pointclub redeem 1234-5678-9015 --line gift:500:米 --line donation:100 --key order-1 --as sato",
    ),
    "return": Command(
        "redemptions:return_line",
        "Give back the points of a reward that could not be delivered.",
        example="pointclub return R260401-0123456789 --member 1234-5678-9015 --line 1 --reason 欠品 --key r --as sato",
    ),
    "orders": Command(
        "redemptions:orders",
        "What a member asked for, in the order of acceptance.",
        example="pointclub orders 1234-5678-9015 --as sato --json",
    ),
    "adjust": Command("changes:adjust", "Adding or taking points by hand: one asks, another decides."),
    "transfer": Command("changes:transfer", "Moving points to another account: one asks, another decides."),
    "extend": Command("changes:extend", "Another last day for points issued: one asks, another decides."),
    "export": Command("export:app", "Lists of people's data: asked for, decided on, marked, and gone after their day."),
    "notices": Command("notices:app", "Mail that leaves and comes back, and what all members are told."),
    "points": Command("points:app", "The balance update and the lapse, by hand."),
    "jobs": Command("jobs:app", "The nightly runs."),
    "audit": Command("audit:app", "Who did what, and whether the log is as it was written."),
    "ledger": Command(
        "ledger:app",
        "Whether the books agree, with themselves and with what was sealed; and what a month moved.",
        apart={"check-proof": "apart:check_proof", "root-key": "apart:root_key"},
    ),
    "api-description": Command(
        "api_description:api_description",
        "Write docs/api/openapi.json.",
        Needs.NOTHING,
        example="pointclub api-description > docs/api/openapi.json",
    ),
    "commands": Command(
        "reference:commands", "Write docs/commands.md.", Needs.DJANGO, example="pointclub commands > docs/commands.md"
    ),
}


class BrokenTextError(Refusal):
    """An argument holds bytes that are no text."""

    code = "broken_text"


def main() -> None:
    """Run the command line; every way a command can end leads to one of the exit codes in `output`."""
    arguments = sys.argv[1:]
    json = "--json" in arguments
    try:
        _refuse_broken_text(arguments)
        with ExitStack() as stack:
            run(arguments, stack)
    except Refusal as refusal:
        output.refuse(refusal, json=json)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except Exception as error:
        refusal_meant = _as_refusal(error)
        if refusal_meant is None:
            raise
        output.refuse(refusal_meant, json=json)


def _refuse_broken_text(arguments: Sequence[str]) -> None:
    """Refuse bytes that are no text before they get anywhere; what they were meant to be, nobody can tell."""
    for word in arguments:
        if not word.isascii() and any("\ud800" <= letter <= "\udfff" for letter in word):
            message = "An argument is not valid UTF-8 text. Nothing was done."
            raise BrokenTextError(message)


def run(arguments: Sequence[str], stack: ExitStack) -> None:
    """Prepare what the chosen command needs, and run it; what was prepared lasts until the stack closes."""
    chosen, below = (*(word for word in arguments if not word.startswith("-")), None, None)[:2]
    command = COMMANDS.get(chosen or "")
    apart = None
    if command is not None:
        apart = below if below in command.apart else None
        _prepare(Needs.NOTHING if apart else command.needs, stack, only_help="--help" in arguments)
    build(chosen, apart=apart)(list(arguments), prog_name="pointclub")


def build(chosen: str | None, *, apart: str | None = None) -> typer.Typer:
    """Return the command line with the chosen command in full and the others by name and help only.

    With `apart` only that one of the chosen command's own is in it.
    """
    root = typer.Typer(
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        help="A points club over a ledger that only grows.",
        epilog=output.EXIT_CODES,
    )
    root.callback()(_root)
    for name, command in COMMANDS.items():
        target: typer.Typer | Callable[..., None] = _stand_in
        if name == chosen:
            target = _alone(apart, command.apart[apart]) if apart else _load(command.place)
        if isinstance(target, typer.Typer):
            root.add_typer(target, name=name, help=command.help)
        else:
            epilog = f"Example: {command.example}" if command.example else None
            root.command(name, help=command.help, epilog=epilog)(target)
    return root


def _root() -> None:
    """Stand at the top, so that even a single command keeps its name."""


def _stand_in() -> None:
    """Hold the place of a command that was not asked for."""


def _alone(name: str, place: str) -> typer.Typer:
    app = typer.Typer()
    app.callback()(_root)
    app.command(name)(_load(place))
    return app


def _load(place: str) -> typer.Typer | Callable[..., None]:
    module, _, attribute = place.partition(":")
    found: typer.Typer | Callable[..., None] = getattr(
        importlib.import_module(f"pointclub.jobs.commands.{module}"), attribute
    )
    return found


def _prepare(needs: Needs, stack: ExitStack, *, only_help: bool) -> None:
    if needs is Needs.NOTHING:
        return
    if needs is Needs.DATABASE and not only_help:
        from pointclub.config.environment import read_environment
        from pointclub.jobs.database.access import open_database

        open_database(read_environment(os.environ), stack)
    set_up_django()


def set_up_django() -> None:
    """Load Django; nothing that imports a model may be imported before."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pointclub.config.settings")
    django.setup()


def _as_refusal(error: Exception) -> Refusal | None:
    """Return in the business's shape what the surroundings refuse: settings, the embedded server, the database."""
    import psycopg
    from django.db.utils import OperationalError, ProgrammingError

    from pointclub.config.environment import EnvironmentRefusedError
    from pointclub.embedded import EmbeddedServerError

    if isinstance(error, EnvironmentRefusedError):
        return Refusal(str(error))
    if isinstance(error, EmbeddedServerError):
        return UnavailableError(str(error))
    if isinstance(error, OperationalError | psycopg.OperationalError):
        return UnavailableError(f"The database cannot be reached or broke off: {error}".strip())
    outdated = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)
    if isinstance(error, ProgrammingError) and isinstance(error.__cause__, outdated):
        return UnavailableError(
            f"The tables are not up to date; `pointclub db migrate` brings them there. {error}".strip()
        )
    return None
