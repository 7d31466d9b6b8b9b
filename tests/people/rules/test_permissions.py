"""The permission table: everything can be done by somebody, and nobody holds what must be apart (STF-1)."""

import pytest

from pointclub.people.rules.permissions import (
    GRANTED,
    READING,
    Permission,
    Role,
    clashing_role,
    permissions_of_roles,
    roles_with,
)

# Who asks for it and who decides on it: never the same desk (STF-2).
ASKED_AND_DECIDED = [
    (Permission.REQUEST_ADJUSTMENT, Permission.DECIDE_ADJUSTMENT),
    (Permission.REQUEST_TRANSFER, Permission.DECIDE_TRANSFER),
    (Permission.REQUEST_EXTENSION, Permission.DECIDE_EXTENSION),
    (Permission.REQUEST_REVOCATION, Permission.DECIDE_REVOCATION),
    (Permission.REQUEST_PROGRAM_VERSION, Permission.DECIDE_PROGRAM_VERSION),
    (Permission.REQUEST_EXPORT, Permission.DECIDE_EXPORT),
    (Permission.REQUEST_ANNOUNCEMENT, Permission.DECIDE_ANNOUNCEMENT),
    (Permission.REQUEST_ADVERTISING, Permission.DECIDE_ADVERTISING),
]


@pytest.mark.rule("STF-1")
class TestTheTable:
    def test_gives_every_role_something_and_every_permission_to_somebody(self) -> None:
        assert set(GRANTED) == set(Role)
        assert all(GRANTED.values())
        assert permissions_of_roles(list(Role)) == set(Permission)

    def test_lets_no_role_do_all_that_another_can_and_more(self) -> None:
        assert [(one, other) for one in Role for other in Role if one != other and GRANTED[one] >= GRANTED[other]] == []

    @pytest.mark.parametrize(("asking", "deciding"), ASKED_AND_DECIDED)
    def test_lets_no_role_ask_and_decide(self, asking: Permission, deciding: Permission) -> None:
        assert set(roles_with(asking)) & set(roles_with(deciding)) == set()

    def test_names_a_decider_for_every_request(self) -> None:
        named = {permission for pair in ASKED_AND_DECIDED for permission in pair}

        assert named == {each for each in Permission if each.startswith(("request_", "decide_"))}

    def test_lets_the_auditor_change_nothing(self) -> None:
        assert GRANTED[Role.AUDITOR] <= READING

    def test_lets_the_administrator_neither_see_members_nor_touch_their_points(self) -> None:
        assert (
            GRANTED[Role.ADMINISTRATOR]
            & {
                each
                for each in Permission
                if each.startswith(
                    ("request_", "decide_", "see_account", "tell_", "redeem_", "unmask", "search_", "accrue_")
                )
            }
            == set()
        )

    def test_lets_only_administrators_say_who_may_do_what(self) -> None:
        assert roles_with(Permission.MANAGE_STAFF) == [Role.ADMINISTRATOR]

    def test_lets_nobody_who_checks_callers_decide_on_points(self) -> None:
        deciders = {role for role in Role if any(each.startswith("decide_") for each in GRANTED[role])}

        assert deciders & set(roles_with(Permission.CHECK_IDENTITY)) == set()


@pytest.mark.rule("STF-1")
class TestRolesOfOnePerson:
    @pytest.mark.parametrize("other", [role for role in Role if role is not Role.AUDITOR])
    def test_are_no_others_for_the_auditor(self, other: Role) -> None:
        assert clashing_role(other, held=[Role.AUDITOR]) is Role.AUDITOR
        assert clashing_role(Role.AUDITOR, held=[other]) is other

    @pytest.mark.parametrize("decider", [Role.ACCOUNTING, Role.PRIVACY_OFFICER])
    def test_are_not_the_administrators_and_a_deciders(self, decider: Role) -> None:
        assert clashing_role(decider, held=[Role.MERCHANT_DESK, Role.ADMINISTRATOR]) is Role.ADMINISTRATOR
        assert clashing_role(Role.ADMINISTRATOR, held=[decider]) is decider

    def test_can_be_several_desks_of_a_small_club(self) -> None:
        desks = [Role.CALL_CENTRE, Role.MERCHANT_DESK, Role.FULFILMENT, Role.PROGRAM_MANAGER, Role.ADMINISTRATOR]

        assert [role for role in desks if clashing_role(role, held=desks) is not None] == []

    def test_can_be_held_already(self) -> None:
        assert clashing_role(Role.AUDITOR, held=[Role.AUDITOR]) is None
