"""Who works for the operator, with which roles, and that only administrators say so."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.test import Client

from pointclub.foundation import actors
from pointclub.people import queries
from pointclub.people import services as people
from pointclub.people.models import StaffRole, User
from pointclub.people.rules.permissions import GRANTED, Permission, Role
from tests.factories.club import jst
from tests.factories.staff import administrator, staff

pytestmark = [pytest.mark.django_db, pytest.mark.rule("STF-1")]

AT = jst("2026-04-01 12:00")


def add(login_id: str, *roles: Role, actor: actors.Actor | None) -> User:
    return people.add_staff(name="係員 一郎", login_id=login_id, password=None, roles=roles, at=AT, actor=actor)


class TestTheFirstOfStaff:
    def test_is_recorded_by_nobody_and_is_administrator(self) -> None:
        first = add("sato", Role.MERCHANT_DESK, actor=None)

        assert queries.roles_of(first) == {Role.ADMINISTRATOR, Role.MERCHANT_DESK}

    def test_is_one(self) -> None:
        add("sato", actor=None)

        with pytest.raises(people.StaffNeededError):
            add("suzuki", actor=None)

        assert User.objects.count() == 1

    def test_is_one_for_the_database_too(self) -> None:
        first = add("sato", actor=None)

        with pytest.raises(IntegrityError, match="one_administrator_was_named_by_nobody"):
            StaffRole.objects.create(user=first, role=Role.AUDITOR, given_by="system:first-staff", given_at=AT)


class TestAddingStaff:
    def test_gives_them_exactly_the_roles_named(self) -> None:
        user = add("suzuki", Role.CALL_CENTRE, Role.FULFILMENT, actor=administrator())

        assert queries.permissions_of(user) == GRANTED[Role.CALL_CENTRE] | GRANTED[Role.FULFILMENT]

    def test_without_a_role_is_refused(self) -> None:
        with pytest.raises(people.RoleNeededError):
            add("suzuki", actor=administrator())

        assert not User.objects.filter(login_id="suzuki").exists()

    def test_by_another_than_an_administrator_is_refused(self) -> None:
        every_other = staff(*(role for role in Role if role not in {Role.ADMINISTRATOR, Role.AUDITOR}))

        with pytest.raises(queries.PermissionDeniedError):
            add("suzuki", Role.CALL_CENTRE, actor=actors.staff(every_other.login_id))

        assert not User.objects.filter(login_id="suzuki").exists()

    def test_with_roles_that_clash_leaves_nobody_behind(self) -> None:
        with pytest.raises(people.ClashingRolesError) as refusal:
            add("suzuki", Role.AUDITOR, Role.ACCOUNTING, actor=administrator())

        assert refusal.value.details == {"role": "auditor", "held": "accounting"}
        assert not User.objects.filter(login_id="suzuki").exists()


class TestGivingARole:
    def test_adds_what_it_allows(self) -> None:
        user = staff(Role.FULFILMENT)

        people.give_role(login_id=user.login_id, role=Role.CALL_CENTRE, at=AT, actor=administrator())

        assert queries.roles_of(user) == {Role.FULFILMENT, Role.CALL_CENTRE}

    def test_that_is_held_changes_nothing(self) -> None:
        user = staff(Role.FULFILMENT)

        people.give_role(login_id=user.login_id, role=Role.FULFILMENT, at=AT, actor=administrator())

        assert user.staff_roles.count() == 1

    def test_to_oneself_is_refused(self) -> None:
        actor = administrator()

        with pytest.raises(people.OwnRolesError):
            people.give_role(login_id=actor.id, role=Role.CALL_CENTRE, at=AT, actor=actor)

        assert queries.roles_of(queries.get_staff(actor.id)) == {Role.ADMINISTRATOR}

    def test_by_another_than_an_administrator_is_refused(self) -> None:
        privacy, other = staff(Role.PRIVACY_OFFICER), staff(Role.FULFILMENT)

        with pytest.raises(queries.PermissionDeniedError):
            people.give_role(
                login_id=other.login_id, role=Role.CALL_CENTRE, at=AT, actor=actors.staff(privacy.login_id)
            )

    def test_that_clashes_is_refused(self) -> None:
        user = staff(Role.ACCOUNTING)

        with pytest.raises(people.ClashingRolesError):
            people.give_role(login_id=user.login_id, role=Role.ADMINISTRATOR, at=AT, actor=administrator())

        assert queries.roles_of(user) == {Role.ACCOUNTING}

    def test_to_a_member_is_refused(self) -> None:
        person = people.record_person(name="山田 花子", at=AT, actor=administrator())
        people.register_user(person=person, login_id="hanako", password=None, at=AT, actor=administrator())

        with pytest.raises(queries.UnknownStaffError):
            people.give_role(login_id="hanako", role=Role.CALL_CENTRE, at=AT, actor=administrator())


class TestTakingARole:
    def test_takes_what_it_allowed_and_keeps_that_it_was_held(self) -> None:
        user = staff(Role.FULFILMENT, Role.CALL_CENTRE)

        people.take_role(login_id=user.login_id, role=Role.CALL_CENTRE, at=AT, actor=administrator())

        assert queries.permissions_of(user) == GRANTED[Role.FULFILMENT]
        taken = user.staff_roles.get(role=Role.CALL_CENTRE)
        assert (taken.taken_by, taken.taken_at) == ("staff:kanri", AT)

    def test_lets_it_be_given_again(self) -> None:
        user = staff(Role.FULFILMENT, Role.CALL_CENTRE)
        for act in (people.take_role, people.give_role):
            act(login_id=user.login_id, role=Role.CALL_CENTRE, at=AT, actor=administrator())

        assert queries.roles_of(user) == {Role.FULFILMENT, Role.CALL_CENTRE}

    def test_that_is_not_held_says_so(self) -> None:
        user = staff(Role.FULFILMENT)

        with pytest.raises(people.RoleNotHeldError):
            people.take_role(login_id=user.login_id, role=Role.AUDITOR, at=AT, actor=administrator())

    def test_from_oneself_is_refused_so_an_administrator_is_always_left(self) -> None:
        actor = administrator()

        with pytest.raises(people.OwnRolesError):
            people.take_role(login_id=actor.id, role=Role.ADMINISTRATOR, at=AT, actor=actor)

        assert queries.roles_of(queries.get_staff(actor.id)) == {Role.ADMINISTRATOR}


class TestLettingStaffGo:
    def test_takes_every_role_and_the_sign_in(self) -> None:
        user = staff(Role.FULFILMENT, Role.CALL_CENTRE)

        people.let_staff_go(login_id=user.login_id, at=AT, actor=administrator())

        user.refresh_from_db()
        assert (user.is_active, user.has_usable_password()) == (False, False)
        assert not queries.permissions_of(user)
        with pytest.raises(queries.UnknownStaffError):
            queries.require(user, Permission.FULFIL_LINE)

    def test_ends_their_sessions(self, client: Client) -> None:
        user = staff(Role.FULFILMENT, password="hidamari no asa 7")
        client.force_login(user)
        assert client.get("/help/").wsgi_request.user.is_authenticated

        people.let_staff_go(login_id=user.login_id, at=AT, actor=administrator())
        User.objects.filter(id=user.id).update(is_active=True)

        assert not client.get("/help/").wsgi_request.user.is_authenticated

    def test_is_not_done_to_oneself(self) -> None:
        with pytest.raises(people.OwnRolesError):
            people.let_staff_go(login_id="kanri", at=AT, actor=administrator())


class TestRequire:
    def test_returns_who_has_a_role_that_allows_it(self) -> None:
        user = staff(Role.PRIVACY_OFFICER)

        assert queries.require(user, Permission.UNMASK) == user
        assert queries.require(user.login_id.upper(), Permission.UNMASK) == user

    def test_names_the_roles_that_would_allow_it(self) -> None:
        user = staff(Role.MERCHANT_DESK)

        with pytest.raises(queries.PermissionDeniedError, match="call centre or privacy officer") as refusal:
            queries.require(user, Permission.LIFT_BLOCK)

        assert refusal.value.details == {"permission": "lift_block", "roles": ["call_centre", "privacy_officer"]}

    def test_does_not_trust_a_user_who_was_read_before_they_left(self) -> None:
        user = staff(Role.PRIVACY_OFFICER)
        people.let_staff_go(login_id=user.login_id, at=AT, actor=administrator())

        with pytest.raises(queries.UnknownStaffError):
            queries.require(user, Permission.UNMASK)

    def test_lets_no_role_do_anything_outside_the_table(self) -> None:
        users = {role: staff(role) for role in Role}

        allowed = {
            (role, permission)
            for role, user in users.items()
            for permission in Permission
            if permission in queries.permissions_of(user)
        }

        assert allowed == {(role, permission) for role in Role for permission in GRANTED[role]}


class TestTheListOfStaff:
    def test_shows_each_with_roles_and_those_who_left_without(self) -> None:
        staff(Role.CALL_CENTRE, Role.FULFILMENT, login_id="abe")
        gone = staff(Role.AUDITOR, login_id="baba")
        people.let_staff_go(login_id=gone.login_id, at=AT, actor=administrator())

        assert [(each.login_id, each.roles, each.is_active) for each in queries.list_staff()] == [
            ("abe", (Role.CALL_CENTRE, Role.FULFILMENT), True),
            ("baba", (), False),
            ("kanri", (Role.ADMINISTRATOR,), True),
        ]


class TestTheRecordOfRoles:
    def test_cannot_be_rewritten_by_the_application(self) -> None:
        user = staff(Role.FULFILMENT)

        for column, value in (("role", "accounting"), ("given_by", "staff:x"), ("user_id", str(user.id))):
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(f"UPDATE people_staff_role SET {column} = %s", [value])  # noqa: S608 -- Columns named above.
