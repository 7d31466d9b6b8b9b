"""Members are found by exact values only, and shown masked."""

import pytest

from pointclub.membership import queries as membership
from pointclub.membership import services
from pointclub.membership.models import Member, RedemptionBlock
from pointclub.people import services as people
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.callers import CLERK, put_on_file
from tests.factories.club import Club, jst

pytestmark = [pytest.mark.django_db, pytest.mark.rule("STF-1")]

AT = jst("2026-04-01 12:00")


@pytest.fixture
def hanako() -> Member:
    member = join_as("見本 花子")
    put_on_file(member, at=AT)
    return member


def join_as(name: str) -> Member:
    person = people.record_person(name=name, at=AT, actor=CLERK)
    return services.admit(person=person, at=AT, actor=CLERK)


def numbers(**terms: str) -> list[str]:
    return [member.number for member in membership.search_members(**terms).members]


class TestSearching:
    @pytest.mark.parametrize(
        "terms",
        [
            {"name": "見本花子"},
            {"name": "見本　花子"},
            {"kana": "ﾐﾎﾝ ﾊﾅｺ"},
            {"kana": "みほん はなこ"},
            {"phone": "+81 90-0000-0001"},
            {"mail": "hanako@EXAMPLE.com"},
        ],
    )
    def test_finds_the_exact_value_however_it_is_written(self, hanako: Member, terms: dict[str, str]) -> None:
        assert numbers(**terms) == [hanako.number]

    def test_finds_a_number_with_its_hyphens(self, hanako: Member) -> None:
        grouped = f"{hanako.number[:4]}-{hanako.number[4:8]}-{hanako.number[8:]}"

        assert numbers(number=grouped) == numbers(number=hanako.number) == [hanako.number]

    @pytest.mark.parametrize(
        "terms",
        [
            *(
                {"name": "見本"},
                {"name": "花子"},
                {"name": "見本 花"},
                {"name": "%"},
                {"kana": "ミホン"},
                {"kana": "見本"},
            ),
            *({"phone": "0001"}, {"phone": "x"}, {"mail": "hanako"}, {"mail": "@example.com"}, {"number": "1"}),
            {"number": "1%"},
        ],
    )
    def test_finds_nobody_by_a_part_or_by_nonsense(self, hanako: Member, terms: dict[str, str]) -> None:
        assert membership.search_members(**terms) == membership.FoundMembers((), has_more=False)
        assert hanako.number not in numbers(**terms)

    @pytest.mark.parametrize("terms", [{}, {"name": " "}, {"name": "見本 花子", "phone": "090"}])
    def test_goes_by_one_thing(self, terms: dict[str, str]) -> None:
        with pytest.raises(membership.SearchTermError):
            membership.search_members(**terms)

    def test_finds_family_and_former_members_too(self) -> None:
        club = Club()
        primary = club.member()
        family = club.family_member(primary)
        put_on_file(family, {PersonalField.MOBILE: "090-0000-0009"}, at=AT)
        services.release_family_member(member=family, at=AT, actor=CLERK)

        (found,) = membership.search_members(phone="09000000009").members

        assert (found.number, found.is_primary, found.primary_number) == (family.number, False, primary.number)
        assert found.ended_at == AT

    def test_finds_everybody_of_one_name_and_phone(self) -> None:
        club = Club()
        both = [club.member(), club.member()]
        for member in both:
            put_on_file(member, {PersonalField.LAND_LINE: "06-0000-0001"}, at=AT)

        assert numbers(phone="06-0000-0001") == [member.number for member in both]

    def test_shows_fifty_at_most_and_says_that_there_are_more(self) -> None:
        for _ in range(50):
            join_as("田中 一郎")
        exactly = membership.search_members(name="田中一郎")
        join_as("田中 一郎")
        more = membership.search_members(name="田中一郎")

        assert (len(exactly.members), exactly.has_more) == (50, False)
        assert (len(more.members), more.has_more) == (50, True)


class TestWhatIsShown:
    def test_is_masked(self, hanako: Member) -> None:
        (found,) = membership.search_members(number=hanako.number).members

        assert found.data == {
            PersonalField.NAME: "見＊ 花＊",
            PersonalField.KANA: "ミ＊ ハ＊",
            PersonalField.BIRTH_DATE: "****-**-**",
            PersonalField.POSTAL_CODE: "000-****",
            PersonalField.ADDRESS: "見本県＊",
            PersonalField.FIRST_MAIL: "h***@example.com",
            PersonalField.MOBILE: "***-****-0001",
        }

    def test_says_whether_redemption_is_blocked(self, hanako: Member) -> None:
        before = membership.get_masked_member(hanako.number)
        services.block_redemption(member=hanako, kind=RedemptionBlock.Kind.REPORTED, reason="盗難", at=AT, actor=CLERK)

        assert (before.is_blocked, membership.get_masked_member(hanako.number).is_blocked) == (False, True)

    def test_of_a_membership_is_everybody_the_primary_first(self, hanako: Member) -> None:
        family = Club().family_member(hanako, at=jst("2026-04-01 11:00"))

        shown = membership.list_masked_family(hanako.membership_id)

        assert [(each.number, each.is_primary) for each in shown] == [(hanako.number, True), (family.number, False)]

    @pytest.mark.parametrize("number", ["", " ", "900000000000"])
    def test_of_nobody_is_nothing(self, number: str) -> None:
        with pytest.raises(membership.UnknownMemberError):
            membership.get_masked_member(number)
