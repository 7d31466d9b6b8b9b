"""`pointclub member search` and what follows it: finding a member, knowing who calls, acting for the caller."""

from typing import Annotated, Any

import typer

from pointclub.foundation import clock
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff, MemberArgument, Reason, in_japan
from pointclub.jobs.commands.personal import BirthDate, Kana, Mail, PostalCode
from pointclub.membership import queries as membership_queries
from pointclub.membership import services as membership
from pointclub.membership.models import RedemptionBlock
from pointclub.membership.rules.identity import IdentityQuestion
from pointclub.people import services as people
from pointclub.people.rules.permissions import Permission
from pointclub.people.rules.personal_fields import PersonalField

_FIELDS = ", ".join(PersonalField)

Phone = Annotated[str | None, typer.Option(metavar="NUMBER", help="A phone number, mobile or land line.")]


def search(
    *,
    number: Annotated[str | None, typer.Option(metavar="MEMBER", help="The member's number.")] = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="The whole name.")] = None,
    kana: Kana = None,
    phone: Phone = None,
    mail: Mail = None,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Find members by exactly one thing; what is shown of them is masked. At most 50 are shown."""
    acting.staff(as_staff, Permission.SEARCH_MEMBERS)
    found = membership_queries.search_members(number=number, name=name, kana=kana, phone=phone, mail=mail)
    rows = [_described(member) for member in found.members]
    output.emit({"members": rows, "has_more": found.has_more}, json=json)


def show(number: MemberArgument, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Show a member, masked, with everybody of the membership; no points."""
    acting.staff(as_staff, Permission.SEARCH_MEMBERS)
    member = membership_queries.get_masked_member(number)
    family = membership_queries.list_masked_family(member.membership_id)
    output.emit({"member_number": member.number, "family": [_described(each) for each in family]}, json=json)


def unmask(
    number: MemberArgument,
    *,
    field: Annotated[
        list[PersonalField], typer.Option(metavar="FIELD", help=f"One of {_FIELDS}. Say it once for each.")
    ],
    reason: Reason,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Show some of a member's personal data in the clear; who looked, at what and why is on record."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.UNMASK)
    member = membership_queries.get_member(number)
    data = people.unmask(person_id=member.person_id, fields=field, reason=reason, actor=actor, at=now)
    shown = {str(each): data.get(each) for each in PersonalField if each in field}
    output.emit({"member_number": member.number, **shown}, json=json)


def check(
    number: MemberArgument,
    *,
    birth_date: BirthDate = None,
    postal_code: PostalCode = None,
    phone: Phone = None,
    mail: Mail = None,
    kana: Kana = None,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Hold what a caller says against what is on file: two right answers count for 30 minutes. Exit code 1: they fail.

    What is on file is not shown. After five failures within an hour no more are taken for a while.
    """
    now, actor = clock.now(), acting.staff(as_staff, Permission.CHECK_IDENTITY)
    answers = {
        IdentityQuestion.BIRTH_DATE: birth_date,
        IdentityQuestion.POSTAL_CODE: postal_code,
        IdentityQuestion.PHONE: phone,
        IdentityQuestion.MAIL: mail,
        IdentityQuestion.KANA: kana,
    }
    outcome = membership.check_identity(
        member=membership_queries.get_member(number),
        answers={question: said for question, said in answers.items() if said is not None},
        at=now,
        actor=actor,
    )
    until = outcome.counts_until
    output.emit(
        {
            "is_passed": outcome.is_passed,
            "counts_until": None if until is None else in_japan(until),
            "failures_left": outcome.failures_left,
        },
        json=json,
    )
    if not outcome.is_passed:
        raise SystemExit(output.DIFFERENCE)


def block(
    number: MemberArgument,
    *,
    is_suspected: Annotated[
        bool, typer.Option("--suspected", help="The staff suspect something; without it somebody asked for the block.")
    ] = False,
    reason: Reason,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Refuse redemption for a membership from now on; earning goes on."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.BLOCK_REDEMPTION)
    blocked = membership.block_redemption(
        member=membership_queries.get_member(number),
        kind=RedemptionBlock.Kind.SUSPECTED if is_suspected else RedemptionBlock.Kind.REPORTED,
        reason=reason,
        at=now,
        actor=actor,
    )
    output.emit(_block_described(blocked), json=json)


def unblock(number: MemberArgument, *, reason: Reason, as_staff: AsStaff, json: AsJson = False) -> None:
    """Let a membership redeem again: after a check of who calls, or by another person than who suspected."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.LIFT_BLOCK)
    lifted = membership.lift_block(member=membership_queries.get_member(number), reason=reason, at=now, actor=actor)
    output.emit(_block_described(lifted), json=json)


def add_to(app: typer.Typer) -> None:
    """Put these commands beside those of the same name's group."""
    app.command(epilog="Example: pointclub member search --phone 090-0000-0001 --as sato --json")(search)
    app.command(epilog="Example: pointclub member show 1234-5678-9015 --as sato")(show)
    app.command(
        epilog="Example: pointclub member unmask 1234-5678-9015 --field address --reason 返送品の再送 --as sato"
    )(unmask)
    app.command(
        epilog="Example: pointclub member check 1234-5678-9015 --birth-date 1980-04-01 --postal-code 530-0001 --as sato"
    )(check)
    app.command(epilog="Example: pointclub member block 1234-5678-9015 --reason 'パスワードの盗難' --as sato")(block)
    app.command(epilog="Example: pointclub member unblock 1234-5678-9015 --reason 本人の申し出 --as sato")(unblock)


def _described(member: membership_queries.MaskedMember) -> dict[str, Any]:
    return {
        "member_number": member.number,
        "role": "primary" if member.is_primary else "family",
        "primary_number": member.primary_number,
        "has_ended": member.ended_at is not None,
        "is_blocked": member.is_blocked,
        **{str(field): member.data.get(field) for field in PersonalField},
    }


def _block_described(block: RedemptionBlock) -> dict[str, Any]:
    return {
        "kind": str(block.kind),
        "reason": block.reason,
        "blocked_by": block.blocked_by,
        "blocked_at": in_japan(block.blocked_at),
        "lifted_by": block.lifted_by or None,
        "lifted_at": None if block.lifted_at is None else in_japan(block.lifted_at),
    }
