"""Every command either names the permission it takes, and holds it against every role, or is run by the machine."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
import typer
from django.db import connection

from pointclub.jobs import cli, output
from pointclub.membership.rules.number import with_check_digit
from pointclub.people.models import User
from pointclub.people.rules.permissions import GRANTED, Permission, Role
from tests.factories.club import jst
from tests.factories.staff import staff
from tests.harness.commands import call

pytestmark = [pytest.mark.django_db, pytest.mark.rule("STF-1")]

NOBODY = with_check_digit("12345678901")
REQUEST = str(UUID(int=7))
_DECIDED = (REQUEST,)
_REASON = ("--reason", "理由")
_WORDS = ("--title-ja", "春", "--text-ja", "春です", "--title-en", "Spring", "--text-en", "It is spring")

# What each command takes, and words with which it can be called; nobody and nothing named in them exists.
STAFF_COMMANDS: dict[str, tuple[Permission, tuple[str, ...]]] = {
    "import purchases": (Permission.IMPORT_FILES, ("no-such-file.csv",)),
    "import opening-balances": (Permission.BRING_OVER_BALANCES, ("no-such-file.csv",)),
    "import old-members": (Permission.BRING_OVER_BALANCES, ("no-such-file.csv",)),
    "import contracts": (Permission.IMPORT_CONTRACTS, ("no-such-file.csv",)),
    "exclusion add": (Permission.MANAGE_EXCLUSIONS, ("--name", "試験 花子", *_REASON)),
    "exclusion end": (Permission.MANAGE_EXCLUSIONS, (REQUEST, *_REASON)),
    "exclusion list": (Permission.MANAGE_EXCLUSIONS, ()),
    "staff add": (Permission.MANAGE_STAFF, ("neu", "--name", "試験", "--role", "fulfilment")),
    "staff list": (Permission.SEE_STAFF, ()),
    "staff leave": (Permission.MANAGE_STAFF, ("nobody",)),
    "staff reset-second-factor": (Permission.MANAGE_STAFF, ("nobody",)),
    "staff role give": (Permission.MANAGE_STAFF, ("nobody", "fulfilment")),
    "staff role take": (Permission.MANAGE_STAFF, ("nobody", "fulfilment")),
    "member add": (Permission.MANAGE_MEMBERS, ("--name", "試験 花子")),
    "member withdraw": (Permission.MANAGE_MEMBERS, (NOBODY,)),
    "member rejoin": (Permission.MANAGE_MEMBERS, (NOBODY,)),
    "merchant add": (Permission.MANAGE_MERCHANTS, ("100001", "--name", "試験商店")),
    "merchant rule": (Permission.MANAGE_CATALOGUE, ("100001", "--percent", "3")),
    "merchant suspend": (Permission.MANAGE_MERCHANTS, ("100001",)),
    "merchant resume": (Permission.MANAGE_MERCHANTS, ("100001",)),
    "merchant end": (Permission.MANAGE_MERCHANTS, ("100001",)),
    "merchant issue-key": (Permission.MANAGE_MERCHANTS, ("100001", "--name", "レジ3")),
    "merchant keys": (Permission.SEE_CATALOGUE, ("100001",)),
    "merchant revoke-key": (Permission.MANAGE_MERCHANTS, (REQUEST, *_REASON)),
    "campaign add": (
        Permission.MANAGE_CATALOGUE,
        ("c", "--name", "春", "--from", "2026-04-01", "--through", "2026-04-30", "--points", "1"),
    ),
    "program request": (Permission.REQUEST_PROGRAM_VERSION, ("next", "--from", "2027-05-01", *_REASON)),
    "program approve": (Permission.DECIDE_PROGRAM_VERSION, _DECIDED),
    "program reject": (Permission.DECIDE_PROGRAM_VERSION, _DECIDED),
    "program requests": (Permission.SEE_REQUESTS, ()),
    "suspension start": (Permission.SUSPEND_POINTS, ("accrual", "--text-ja", "停止", "--text-en", "Paused")),
    "suspension end": (Permission.SUSPEND_POINTS, ("accrual",)),
    "suspension lapses": (Permission.REQUEST_EXTENSION, ("2026-04-28", "2026-05-03")),
    "account show": (Permission.SEE_ACCOUNT, (NOBODY,)),
    "member change": (Permission.MANAGE_MEMBERS, (NOBODY, "--mobile", "090-0000-0001")),
    "member search": (Permission.SEARCH_MEMBERS, ("--number", NOBODY)),
    "member show": (Permission.SEARCH_MEMBERS, (NOBODY,)),
    "member unmask": (Permission.UNMASK, (NOBODY, "--field", "name", *_REASON)),
    "member check": (Permission.CHECK_IDENTITY, (NOBODY, "--birth-date", "1980-04-01", "--postal-code", "000-0001")),
    "member block": (Permission.BLOCK_REDEMPTION, (NOBODY, *_REASON)),
    "member unblock": (Permission.LIFT_BLOCK, (NOBODY, *_REASON)),
    "member revoke request": (Permission.REQUEST_REVOCATION, (NOBODY, "--ground", "false_details", *_REASON)),
    "member revoke approve": (Permission.DECIDE_REVOCATION, _DECIDED),
    "member revoke reject": (Permission.DECIDE_REVOCATION, _DECIDED),
    "member revoke list": (Permission.SEE_REQUESTS, ()),
    "accrue": (Permission.ACCRUE_BY_HAND, (NOBODY, "--merchant", "100001", "--reference", "r", "--yen", "100")),
    "correct": (Permission.ACCRUE_BY_HAND, ("--merchant", "100001", "--reference", "r", "--yen", "100")),
    "reverse": (Permission.ACCRUE_BY_HAND, ("--merchant", "100001", "--reference", "r")),
    "reversals waiting": (Permission.SEE_ACCRUALS, ("--merchant", "100001")),
    "redeem": (Permission.REDEEM_FOR_MEMBER, (NOBODY, "--line", "gift:100", "--key", "k")),
    "return": (Permission.RETURN_LINE, ("R1", "--member", NOBODY, "--line", "1", "--key", "k", *_REASON)),
    "orders": (Permission.SEE_ORDERS, (NOBODY,)),
    "adjust request": (Permission.REQUEST_ADJUSTMENT, (NOBODY, "--points", "5", *_REASON)),
    "adjust approve": (Permission.DECIDE_ADJUSTMENT, _DECIDED),
    "adjust reject": (Permission.DECIDE_ADJUSTMENT, _DECIDED),
    "adjust list": (Permission.SEE_REQUESTS, ()),
    "transfer request": (
        Permission.REQUEST_TRANSFER,
        ("--from", NOBODY, "--to", NOBODY, "--points", "5", *_REASON),
    ),
    "transfer approve": (Permission.DECIDE_TRANSFER, _DECIDED),
    "transfer reject": (Permission.DECIDE_TRANSFER, _DECIDED),
    "transfer list": (Permission.SEE_REQUESTS, ()),
    "extend request": (
        Permission.REQUEST_EXTENSION,
        *(("--lots-from", "2026-04-01", "--lots-through", "2026-04-30", "--usable-through", "2026-10-31", *_REASON),),
    ),
    "extend approve": (Permission.DECIDE_EXTENSION, _DECIDED),
    "extend reject": (Permission.DECIDE_EXTENSION, _DECIDED),
    "extend list": (Permission.SEE_REQUESTS, ()),
    "export request": (Permission.REQUEST_EXPORT, ("members", "--for", "会報の発送")),
    "export approve": (Permission.DECIDE_EXPORT, _DECIDED),
    "export reject": (Permission.DECIDE_EXPORT, _DECIDED),
    "export fetch": (Permission.REQUEST_EXPORT, _DECIDED),
    "export list": (Permission.SEE_EXPORTS, ()),
    "explain accrual": (Permission.SEE_ACCRUALS, ("100001-7K2M-9QXB-4TFC",)),
    "explain redemption": (Permission.SEE_ORDERS, ("R1", "1", "--member", NOBODY)),
    "explain balance": (Permission.SEE_ACCOUNT, (NOBODY,)),
    "audit search": (Permission.SEE_AUDIT, ("--member", NOBODY)),
    "notices announce": (
        Permission.REQUEST_ANNOUNCEMENT,
        (*_WORDS, "--from", "2026-04-10", "--through", "2026-04-11"),
    ),
    "notices publish": (Permission.DECIDE_ANNOUNCEMENT, _DECIDED),
    "notices withdraw": (Permission.REQUEST_ANNOUNCEMENT, (*_DECIDED, *_REASON)),
    "notices advertise": (Permission.REQUEST_ADVERTISING, _WORDS),
    "notices approve-advertising": (Permission.DECIDE_ADVERTISING, _DECIDED),
    "notices stop-advertising": (Permission.REQUEST_ADVERTISING, _DECIDED),
    "notices cancel-advertising": (Permission.REQUEST_ADVERTISING, _DECIDED),
    "notices go-on": (Permission.DECIDE_ADVERTISING, _DECIDED),
    "notices mailings": (Permission.SEE_ANNOUNCEMENTS, ()),
    "notices letters": (Permission.PRINT_LETTERS, ("--pdf", "/no-such-folder/a.pdf", "--csv", "/no-such-folder/a.csv")),
    "notices letter-batches": (Permission.PRINT_LETTERS, ()),
    "notices put-letters-back": (Permission.PRINT_LETTERS, (*_DECIDED, *_REASON)),
    "notices remind": (Permission.RUN_JOBS, ()),
    "notices send": (Permission.RUN_JOBS, ()),
    "notices bounces": (Permission.RUN_JOBS, ("no-such-mail",)),
    "points post": (Permission.RUN_JOBS, ()),
    "points lapse": (Permission.RUN_JOBS, ()),
    "jobs run-through": (Permission.RUN_JOBS, ("2026-04-10",)),
    "ledger prove": (Permission.SEE_ACCOUNT, (NOBODY, "--root", "no-such-root.txt")),
    "ledger close-month": (Permission.CLOSE_MONTH, ("2026-03",)),
}

# What else is enough: to tell a caller, once it is known who calls; and for whatever keeps words for many from going
# out, to let them out.
ALSO_WITH = {
    **dict.fromkeys(
        ("account show", "ledger prove", "orders", "explain redemption", "explain balance"), Permission.TELL_BALANCE
    ),
    "notices letter-batches": Permission.SEE_EXPORTS,
    "notices put-letters-back": Permission.DECIDE_EXPORT,
    "notices withdraw": Permission.DECIDE_ANNOUNCEMENT,
    "notices stop-advertising": Permission.DECIDE_ADVERTISING,
    "notices cancel-advertising": Permission.DECIDE_ADVERTISING,
}

_MACHINE = "belongs to who runs the machine, and touches no member's data"
_FIGURES = "shows figures and names of the club, nothing of a member; monitoring asks it unattended"
WITHOUT_STAFF = {
    **dict.fromkeys(("demo", "serve", "web", "api", "worker", "settings", "commands"), _MACHINE),
    **dict.fromkeys(("demo-data groceries", "api-description"), _MACHINE),
    **dict.fromkeys(("db start", "db stop", "db status", "db migrate", "db grant", "db distribute"), _MACHINE),
    "db psql": "asks for the password of a database role, which is more than any permission",
    **dict.fromkeys(("import list", "program show", "suspension list", "jobs nights"), _FIGURES),
    "notices announcements": "shows what everybody can see",
    **dict.fromkeys(("ledger verify", "ledger replay", "ledger month", "audit verify", "jobs runs"), _FIGURES),
    **dict.fromkeys(("ledger root", "ledger check-root", "ledger check-proof", "ledger root-key"), _MACHINE),
}


def leaf_commands() -> set[str]:
    found: set[str] = set()
    for name in cli.COMMANDS:
        group: Any = typer.main.get_command(cli.build(name))
        found |= set(_leaves(name, group.commands[name]))
    return found


def _leaves(path: str, command: Any) -> Iterator[str]:
    below = getattr(command, "commands", {})
    if not below:
        yield path
    for name, each in below.items():
        yield from _leaves(f"{path} {name}", each)


def everything_kept() -> list[tuple[str, Any]]:
    """Return a digest of each table."""
    with connection.cursor() as cursor:
        digests: list[tuple[str, Any]] = []
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT count(*), sum(hashtextextended(kept::text, 0)) FROM "{table}" AS kept')  # noqa: S608 -- Its own tables.
            digests.append((table, cursor.fetchone()))
        return digests


@pytest.fixture
def desks(set_clock: Callable[..., None]) -> dict[Role, User]:
    set_clock(jst("2026-04-10 12:00"))
    return {role: staff(role) for role in Role}


def test_each_takes_a_permission_or_says_why_not() -> None:
    assert leaf_commands() == STAFF_COMMANDS.keys() | WITHOUT_STAFF.keys()
    assert STAFF_COMMANDS.keys() & WITHOUT_STAFF.keys() == set()


@pytest.mark.parametrize("command", STAFF_COMMANDS)
class TestEachCommand:
    def test_is_refused_to_every_role_that_may_not_and_keeps_nothing(
        self, desks: dict[Role, User], command: str
    ) -> None:
        permission, words = STAFF_COMMANDS[command]
        enough = {permission, ALSO_WITH.get(command, permission)}
        before = everything_kept()
        without = [role for role in Role if GRANTED[role].isdisjoint(enough)]
        assert without

        for role in without:
            answer = call(*command.split(), *words, "--as", desks[role].login_id, "--json", stdin="a-password-of-neu\n")
            assert (answer.code, answer.json["refused"]) == (output.REFUSED, "permission_denied"), (role, answer)
            assert answer.json["permission"] == permission

        assert everything_kept() == before

    def test_is_not_refused_to_a_role_that_may(self, desks: dict[Role, User], command: str) -> None:
        permission, words = STAFF_COMMANDS[command]
        allowed = [role for role in Role if permission in GRANTED[role]]
        assert allowed

        for role in allowed:
            answer = call(*command.split(), *words, "--as", desks[role].login_id, "--json", stdin="a-password-of-neu\n")
            assert answer.code != output.USAGE, (role, answer)
            assert '"permission_denied"' not in answer.out, (role, answer)

    @pytest.mark.usefixtures("desks")
    def test_is_refused_to_somebody_who_is_no_staff(self, command: str) -> None:
        _, words = STAFF_COMMANDS[command]

        answer = call(*command.split(), *words, "--as", "nobody", "--json", stdin="a-password-of-neu\n")

        assert (answer.code, answer.json["refused"]) == (output.REFUSED, "unknown_staff")


def test_a_merchants_rule_takes_more_than_the_merchant(desks: dict[Role, User]) -> None:
    words = ("merchant", "add", "100001", "--name", "試験商店", "--percent", "3", "--json", "--as")

    refused = call(*words, desks[Role.MERCHANT_DESK].login_id)
    done = call(*words, desks[Role.ADMINISTRATOR].login_id)

    assert refused.json["permission"] == "manage_catalogue"
    assert done.code == output.OK


@pytest.mark.rule("STF-2")
@pytest.mark.parametrize("command", ["notices withdraw", "notices stop-advertising", "notices cancel-advertising"])
def test_what_keeps_words_from_going_out_is_not_refused_to_who_lets_them_out(
    desks: dict[Role, User], command: str
) -> None:
    _, words = STAFF_COMMANDS[command]

    answer = call(*command.split(), *words, "--as", desks[Role.PRIVACY_OFFICER].login_id, "--json")

    assert answer.json["refused"] in {"unknown_announcement", "unknown_mailing"}
