"""Staff know who calls for half an hour, each for themselves, and nobody guesses more than five times an hour."""

import datetime as dt

import pytest
from django.test import Client

from pointclub.audit import queries as audit
from pointclub.foundation import actors
from pointclub.membership import queries
from pointclub.membership import services as membership
from pointclub.membership.models import IdentityCheck, Member
from pointclub.membership.rules.identity import IdentityQuestion
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.rules.permissions import GRANTED, Permission, Role
from tests.factories.callers import CLERK, RIGHT, put_on_file
from tests.factories.club import Club, jst
from tests.factories.staff import staff

pytestmark = [pytest.mark.django_db, pytest.mark.rule("BAL-2")]

AT = jst("2026-04-10 12:00")
WRONG = {IdentityQuestion.BIRTH_DATE: "1981-01-01", IdentityQuestion.POSTAL_CODE: "999-9999"}


@pytest.fixture
def hanako() -> Member:
    member = Club().member()
    put_on_file(member, at=AT)
    return member


@pytest.fixture
def clerk() -> actors.Actor:
    return actors.staff(staff(Role.CALL_CENTRE).login_id)


def after(**passed: int) -> dt.datetime:
    return AT + dt.timedelta(**passed)


def check(
    member: Member, clerk: actors.Actor, answers: dict[IdentityQuestion, str], *, at: dt.datetime = AT
) -> membership.IdentityOutcome:
    return membership.check_identity(member=member, answers=answers, at=at, actor=clerk)


class TestChecking:
    def test_that_passes_counts_for_half_an_hour(self, hanako: Member, clerk: actors.Actor) -> None:
        outcome = check(hanako, clerk, RIGHT)

        assert (outcome.is_passed, outcome.counts_until) == (True, after(minutes=30))
        queries.require_identity_checked(member=hanako, actor=clerk, at=after(minutes=29, seconds=59))
        with pytest.raises(queries.IdentityNotCheckedError):
            queries.require_identity_checked(member=hanako, actor=clerk, at=after(minutes=30))

    def test_that_fails_counts_for_nothing(self, hanako: Member, clerk: actors.Actor) -> None:
        outcome = check(hanako, clerk, WRONG)

        assert outcome == membership.IdentityOutcome(is_passed=False, counts_until=None, failures_left=4)
        with pytest.raises(queries.IdentityNotCheckedError):
            queries.require_identity_checked(member=hanako, actor=clerk, at=AT)

    def test_counts_for_that_member_and_that_clerk_alone(self, hanako: Member, clerk: actors.Actor) -> None:
        other_clerk, other_member = actors.staff(staff(Role.CALL_CENTRE).login_id), Club().member()
        check(hanako, clerk, RIGHT)

        for member, actor in ((hanako, other_clerk), (other_member, clerk)):
            with pytest.raises(queries.IdentityNotCheckedError):
                queries.require_identity_checked(member=member, actor=actor, at=AT)

    def test_does_not_count_before_it_was_made(self, hanako: Member, clerk: actors.Actor) -> None:
        check(hanako, clerk, RIGHT)

        assert queries.identity_checked_until(member=hanako, actor=clerk, at=after(seconds=-1)) is None

    def test_takes_two_answers(self, hanako: Member, clerk: actors.Actor) -> None:
        with pytest.raises(membership.TooFewAnswersError):
            check(hanako, clerk, {IdentityQuestion.BIRTH_DATE: "1980-04-01", IdentityQuestion.PHONE: "  "})

        assert not IdentityCheck.objects.exists()

    @pytest.mark.parametrize("role", [role for role in Role if Permission.CHECK_IDENTITY not in GRANTED[role]])
    def test_is_refused_to_other_desks(self, hanako: Member, role: Role) -> None:
        with pytest.raises(people_queries.PermissionDeniedError):
            check(hanako, actors.staff(staff(role).login_id), RIGHT)

    def test_is_on_record_with_what_was_asked_and_without_what_was_said(
        self, hanako: Member, clerk: actors.Actor
    ) -> None:
        check(hanako, clerk, WRONG)

        (entry,) = audit.search_acts(audit.ActFilter(act="membership.check_identity")).acts
        assert entry.details == {"asked": ["birth_date", "postal_code"], "is_passed": False}
        assert entry.subject.id == str(hanako.id)


class TestGuessing:
    def test_ends_after_five_failures_even_for_the_right_answer_and_for_other_clerks(
        self, hanako: Member, clerk: actors.Actor
    ) -> None:
        left = [check(hanako, clerk, WRONG, at=after(minutes=number)).failures_left for number in range(5)]
        other_clerk = actors.staff(staff(Role.CALL_CENTRE).login_id)

        assert left == [4, 3, 2, 1, 0]
        for actor in (clerk, other_clerk):
            with pytest.raises(membership.IdentityCheckLockedError) as refusal:
                check(hanako, actor, RIGHT, at=after(minutes=10))
            assert refusal.value.details == {"retry_at": after(minutes=60).astimezone(dt.UTC).isoformat()}
            assert "for 50 minutes" in refusal.value.message
        assert IdentityCheck.objects.count() == 5

    def test_can_be_tried_again_when_the_first_failure_is_an_hour_old(
        self, hanako: Member, clerk: actors.Actor
    ) -> None:
        for number in range(5):
            check(hanako, clerk, WRONG, at=after(minutes=number))

        with pytest.raises(membership.IdentityCheckLockedError):
            check(hanako, clerk, RIGHT, at=after(minutes=59, seconds=59))
        assert check(hanako, clerk, RIGHT, at=after(minutes=60)).is_passed

    def test_does_not_touch_other_members(self, hanako: Member, clerk: actors.Actor) -> None:
        other = Club().member()
        put_on_file(other, at=AT)
        for _ in range(5):
            check(hanako, clerk, WRONG)

        assert check(other, clerk, RIGHT).is_passed

    def test_leaves_the_members_own_sign_in_as_it_is(self, hanako: Member, clerk: actors.Actor, client: Client) -> None:
        people.register_user(person=hanako.person, login_id="hanako", password="hidamari7asa", at=AT, actor=CLERK)
        for _ in range(5):
            check(hanako, clerk, WRONG)

        assert client.login(username="hanako", password="hidamari7asa")


class TestSeeingAnAccount:
    def test_takes_the_permission_or_a_known_caller(self, hanako: Member) -> None:
        clerk, accountant = staff(Role.CALL_CENTRE), staff(Role.ACCOUNTING)

        queries.require_may_see(accountant, Permission.SEE_ACCOUNT, member=hanako, at=AT)
        with pytest.raises(queries.IdentityNotCheckedError):
            queries.require_may_see(clerk, Permission.SEE_ACCOUNT, member=hanako, at=AT)
        check(hanako, actors.staff(clerk.login_id), RIGHT)
        assert queries.require_may_see(clerk, Permission.SEE_ACCOUNT, member=hanako, at=AT) == clerk

    @pytest.mark.parametrize("role", [Role.MERCHANT_DESK, Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.FULFILMENT])
    def test_is_refused_to_who_may_neither_look_nor_tell(self, hanako: Member, role: Role) -> None:
        with pytest.raises(people_queries.PermissionDeniedError):
            queries.require_may_see(staff(role), Permission.SEE_ACCOUNT, member=hanako, at=AT)
