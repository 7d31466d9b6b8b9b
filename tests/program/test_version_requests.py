"""A version of the program takes two people, and the database holds it (STF-2)."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from pointclub.program import queries
from pointclub.program import services as program
from pointclub.program.models import ProgramVersion, VersionRequest
from tests.factories.club import OTHER_STAFF, STAFF, jst

pytestmark = [pytest.mark.django_db, pytest.mark.rule("STF-2")]

AT = jst("2026-04-01 12:00")
FIRST_DAY = dt.date(2026, 5, 1)
FIGURES = program.ProgramFigures(validity_months=1, special_expiry_allowed=True, bill_payment_allowed=True)


def ask(code: str = "next", *, on: dt.date = FIRST_DAY, reason: str = "規定の改定") -> VersionRequest:
    return program.request_version(code=code, effective_from=on, figures=FIGURES, reason=reason, at=AT, actor=STAFF)


def in_force() -> str:
    return queries.get_version(on=FIRST_DAY).code


class TestAVersionAskedFor:
    def test_changes_nothing_until_another_approves_it(self) -> None:
        request = ask()
        before = in_force()

        version = program.approve_version(request_id=request.id, at=AT, actor=OTHER_STAFF)

        assert (before, in_force()) == ("P", "next")
        assert (version.recorded_by, version.validity_months) == (str(OTHER_STAFF), 1)
        assert queries.get_version_request(request.id).state == "approved"

    def test_is_not_decided_on_by_who_asked(self) -> None:
        request = ask()

        for decide in (program.approve_version, program.reject_version):
            with pytest.raises(program.SamePersonError):
                decide(request_id=request.id, at=AT, actor=STAFF)

        assert in_force() == "P"

    def test_that_was_turned_down_changes_nothing_and_stays_so(self) -> None:
        request = ask()
        program.reject_version(request_id=request.id, at=AT, actor=OTHER_STAFF)

        with pytest.raises(program.AlreadyDecidedError) as refusal:
            program.approve_version(request_id=request.id, at=AT, actor=OTHER_STAFF)

        assert refusal.value.details == {"state": "rejected"}
        assert in_force() == "P"

    def test_is_approved_once(self) -> None:
        request = ask()
        program.approve_version(request_id=request.id, at=AT, actor=OTHER_STAFF)

        with pytest.raises(program.AlreadyDecidedError):
            program.approve_version(request_id=request.id, at=AT, actor=OTHER_STAFF)

    def test_that_waited_past_its_first_day_is_not_approved(self) -> None:
        request = ask()

        with pytest.raises(program.BackdatedVersionError):
            program.approve_version(request_id=request.id, at=jst("2026-05-02 00:00"), actor=OTHER_STAFF)

        assert queries.get_version_request(request.id).state == "requested"

    def test_beside_another_for_the_same_day_goes_by_which_is_approved_first(self) -> None:
        one, other = ask("one"), ask("other")
        program.approve_version(request_id=other.id, at=AT, actor=OTHER_STAFF)

        with pytest.raises(program.VersionExistsError):
            program.approve_version(request_id=one.id, at=AT, actor=OTHER_STAFF)

        assert in_force() == "other"
        assert [request.code for request in queries.list_version_requests()] == ["one", "other"]

    def test_gives_its_reason(self) -> None:
        with pytest.raises(program.VersionReasonError):
            ask(reason=" ")


class TestTheDatabase:
    def test_takes_no_version_that_nobody_asked_for(self) -> None:
        with pytest.raises(IntegrityError, match="a_version_was_asked_for"):
            insert(None, recorded_by="system:first set-up")

    @pytest.mark.parametrize("decided", ["requested", "rejected"])
    def test_takes_no_version_whose_request_was_not_approved(self, decided: str) -> None:
        request = ask()
        if decided == "rejected":
            program.reject_version(request_id=request.id, at=AT, actor=OTHER_STAFF)

        with pytest.raises(IntegrityError, match="a_version_was_approved_by_who_recorded_it"):
            insert(request, recorded_by=str(OTHER_STAFF))

    def test_takes_no_version_recorded_by_another_than_approved_it(self) -> None:
        request = ask()
        VersionRequest.objects.filter(id=request.id).update(approved_by=str(OTHER_STAFF), decided_at=AT)

        with pytest.raises(IntegrityError, match="a_version_was_approved_by_who_recorded_it"):
            insert(request, recorded_by="staff:somebody")

    @pytest.mark.parametrize("column", ["approved_by", "rejected_by"])
    def test_lets_nobody_decide_on_their_own_request(self, column: str) -> None:
        request = ask()

        with pytest.raises(IntegrityError, match="two_people_change_the_program"), transaction.atomic():
            VersionRequest.objects.filter(id=request.id).update(**{column: str(STAFF), "decided_at": AT})

    @pytest.mark.parametrize("column", ["requested_by", "figures", "effective_from", "code", "reason"])
    def test_lets_the_application_rewrite_nothing_that_was_asked(self, column: str) -> None:
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE program_version_request SET {column} = {column}")  # noqa: S608 -- Names from above.


def insert(request: VersionRequest | None, *, recorded_by: str) -> None:
    """Record a version past the services, as the application's role could."""
    with transaction.atomic():
        ProgramVersion.objects.create(
            request=request,
            code="forged",
            effective_from=dt.date(2026, 6, 1),
            validity_months=1,
            special_expiry_allowed=True,
            bill_payment_allowed=True,
            recorded_at=AT,
            recorded_by=recorded_by,
        )
