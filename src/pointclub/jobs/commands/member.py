"""`pointclub member`: joining, leaving, coming back."""

from typing import Annotated, Any

import typer

from pointclub.earning import services as earning
from pointclub.foundation import clock
from pointclub.foundation.acts import act
from pointclub.jobs import output
from pointclub.jobs.commands import acting, callers, revocations
from pointclub.jobs.commands.arguments import AsJson, AsStaff, MemberArgument
from pointclub.jobs.commands.passwords import PasswordFromStdin, read_password
from pointclub.jobs.commands.personal import (
    Address,
    BirthDate,
    Kana,
    LandLine,
    Mail,
    Mobile,
    PostalCode,
    SecondMail,
    given,
)
from pointclub.membership import queries as membership_queries
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Membership
from pointclub.membership.rules.number import ungrouped
from pointclub.people import services as people
from pointclub.people.rules.permissions import Permission
from pointclub.people.rules.personal_fields import PersonalField

app = typer.Typer(no_args_is_help=True)

_FIELDS = (
    PersonalField.KANA,
    PersonalField.BIRTH_DATE,
    PersonalField.POSTAL_CODE,
    PersonalField.ADDRESS,
    PersonalField.FIRST_MAIL,
    PersonalField.SECOND_MAIL,
    PersonalField.MOBILE,
    PersonalField.LAND_LINE,
)

NewNumber = Annotated[
    str | None,
    typer.Option("--number", metavar="NUMBER", help="The new number, twelve digits; without it one is drawn."),
]


@app.command(epilog="Example: pointclub member add --name '見本 花子' --login-id hanako --as sato")
def add(  # noqa: PLR0913 -- A command's options are its arguments.
    *,
    name: Annotated[str, typer.Option(help="The person's name.")],
    number: NewNumber = None,
    family_of: Annotated[
        str | None, typer.Option(metavar="MEMBER", help="The primary member whose family the new one is.")
    ] = None,
    login_id: Annotated[
        str | None, typer.Option(metavar="LOGIN", help="Lets the member sign in; the password is asked for.")
    ] = None,
    password_stdin: PasswordFromStdin = False,
    kana: Kana = None,
    birth_date: BirthDate = None,
    postal_code: PostalCode = None,
    address: Address = None,
    mail: Mail = None,
    second_mail: SecondMail = None,
    mobile: Mobile = None,
    land_line: LandLine = None,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Admit a member, with an account of their own or as family of another."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_MEMBERS)
    values = _values(kana, birth_date, postal_code, address, mail, second_mail, mobile, land_line)
    primary = None if family_of is None else membership_queries.get_member(family_of)
    password = None if login_id is None else read_password(from_stdin=password_stdin)
    chosen = None if number is None else ungrouped(number)

    @act
    def admit() -> Member:
        person = people.record_person(name=name, at=now, actor=actor)
        people.record_personal_data(person=person, values=values, at=now, actor=actor)
        if primary is None:
            member = membership.admit(person=person, at=now, actor=actor, number=chosen)
        else:
            member = membership.admit_family_member(primary=primary, person=person, at=now, actor=actor, number=chosen)
        if login_id is not None:
            people.register_user(person=person, login_id=login_id, password=password, at=now, actor=actor)
        return member

    output.emit(_described(admit()) | {"login_id": login_id and login_id.casefold()}, json=json)


@app.command(epilog="Example: pointclub member change 1234-5678-9015 --mobile 090-0000-0002 --as sato")
def change(  # noqa: PLR0913 -- A command's options are its arguments.
    number: MemberArgument,
    *,
    kana: Kana = None,
    birth_date: BirthDate = None,
    postal_code: PostalCode = None,
    address: Address = None,
    mail: Mail = None,
    second_mail: SecondMail = None,
    mobile: Mobile = None,
    land_line: LandLine = None,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Change what is kept of a member, after a check of who calls; what was kept before stays on file."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_MEMBERS)
    values = _values(kana, birth_date, postal_code, address, mail, second_mail, mobile, land_line)
    if not values:
        message = "Say what is to be changed, such as --mobile 090-0000-0002."
        raise typer.BadParameter(message)
    member = membership_queries.get_member(number)
    membership_queries.require_identity_checked(member=member, actor=actor, at=now)
    changed = people.record_personal_data(person=member.person, values=values, at=now, actor=actor)
    output.emit({"member_number": member.number, "changed": sorted(changed)}, json=json)


@app.command(epilog="Example: pointclub member withdraw 1234-5678-9015 --as sato")
def withdraw(number: MemberArgument, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """End a membership and forfeit its points; of a family member only the own part in it."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_MEMBERS)
    member = membership_queries.get_member(number)
    if member.role == Member.Role.FAMILY:
        membership.release_family_member(member=member, at=now, actor=actor)
    else:
        earning.end_membership(member=member, reason=Membership.EndReason.WITHDRAWN, at=now, actor=actor)
    member = membership_queries.get_member(number)
    output.emit(_described(member) | {"ended_at": member.ended_at}, json=json)


@app.command(epilog="Example: pointclub member rejoin 1234-5678-9015 --as sato")
def rejoin(former: MemberArgument, *, number: NewNumber = None, as_staff: AsStaff, json: AsJson = False) -> None:
    """Admit a former member again, under a new number, and restore the points that had not lapsed."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.MANAGE_MEMBERS)
    before = membership_queries.get_member(former)
    chosen = None if number is None else ungrouped(number)

    @act
    def admit_again() -> tuple[Member, int]:
        member = membership.admit(person=before.person, at=now, actor=actor, number=chosen)
        former, new = before.membership_id, member.membership_id
        return member, membership.rejoin(former_id=former, new_id=new, at=now, actor=actor)

    member, restored = admit_again()
    output.emit(_described(member) | {"former_number": before.number, "restored_points": restored}, json=json)


callers.add_to(app)
app.add_typer(
    revocations.app, name="revoke", help="Revoking a membership: one asks, which freezes it, another decides."
)


def _values(*texts: str | None) -> dict[PersonalField, str]:
    """Return what was given, of the fields in the order in which the commands take them."""
    return given(dict(zip(_FIELDS, texts, strict=True)))


def _described(member: Member) -> dict[str, Any]:
    primary_number = membership_queries.get_primary_number(member.membership_id)
    return {"member_number": member.number, "role": str(member.role), "primary_number": primary_number}
