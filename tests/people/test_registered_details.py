"""Names that change, addresses in parts, passwords by the rule in force, the keyword."""

import dataclasses

import pytest
from pytest_django import Settings

from pointclub.people import queries
from pointclub.people import services as people
from pointclub.people.models import IdentityKeyword, Person, PersonalDetail, User
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.callers import CLERK, ON_FILE
from tests.factories.club import jst

AT = jst("2026-04-01 12:00")
LATER = jst("2026-05-01 12:00")
ADDRESS = PersonalField.ADDRESS
IN_PARTS = {
    PersonalField.PREFECTURE: "大阪府",
    PersonalField.TOWN: "大阪市北区中ノ島",
    PersonalField.STREET: "1-2-22",
    PersonalField.BUILDING: "関電ビル301号",
}


@pytest.fixture
def hanako(db: None) -> Person:
    return people.record_person(name="見本 花子", at=AT, actor=CLERK)


def kept(person: Person) -> dict[PersonalField, str]:
    return queries.personal_data_of([person.id])[person.id]


class TestAName:
    def test_that_changes_leaves_the_former_one_on_file(self, hanako: Person) -> None:
        assert people.change_name(person=hanako, name="例示 花子", at=LATER, actor=CLERK)

        (former,) = PersonalDetail.objects.filter(person=hanako, kind="name")
        assert (former.value, former.recorded_at, former.replaced_at) == ("見本 花子", AT, LATER)
        assert former.replaced_by == "staff:madoguchi"
        assert kept(hanako)[PersonalField.NAME] == "例示 花子"
        assert queries.find_persons_by_name("例示花子") == [hanako]
        assert queries.find_persons_by_name("見本花子") == []

    def test_that_changes_twice_says_from_when_to_when_each_one_held(self, hanako: Person) -> None:
        people.change_name(person=hanako, name="例示 花子", at=LATER, actor=CLERK)
        people.change_name(person=hanako, name="試験 花子", at=jst("2026-06-01 12:00"), actor=CLERK)

        second = PersonalDetail.objects.filter(person=hanako, kind="name").latest("replaced_at")
        assert (second.value, second.recorded_at, second.recorded_by) == ("例示 花子", LATER, "staff:madoguchi")

    def test_that_stays_changes_nothing(self, hanako: Person) -> None:
        assert not people.change_name(person=hanako, name="見本 花子", at=LATER, actor=CLERK)
        assert not PersonalDetail.objects.exists()

    @pytest.mark.parametrize("name", ["\u3000", "", "見本\n花子", "見本\x00花子"])
    def test_is_a_line_that_says_something(self, hanako: Person, name: str) -> None:
        with pytest.raises(people.EmptyNameError):
            people.change_name(person=hanako, name=name, at=LATER, actor=CLERK)

    def test_may_have_a_wide_space_between_its_parts(self, hanako: Person) -> None:
        assert people.change_name(person=hanako, name="見本\u3000花江", at=LATER, actor=CLERK)

    def test_keeps_the_shape_of_its_letters(self, hanako: Person) -> None:
        people.change_name(person=hanako, name="\ufa19﨑 髙子", at=LATER, actor=CLERK)

        assert kept(hanako)[PersonalField.NAME] == "\ufa19﨑 髙子"


@pytest.mark.rule("REG-2")
class TestAnAddress:
    def test_in_parts_is_read_on_one_line_too(self, hanako: Person) -> None:
        people.record_personal_data(person=hanako, values=IN_PARTS, at=AT, actor=CLERK)

        assert kept(hanako)[ADDRESS] == "大阪府大阪市北区中ノ島１－２－２２ 関電ビル３０１号"
        assert queries.masked_data_of([hanako.id])[hanako.id][ADDRESS] == "大阪府＊"

    def test_in_parts_takes_the_place_of_the_line_that_was_brought_over(self, hanako: Person) -> None:
        people.record_personal_data(person=hanako, values=ON_FILE, at=AT, actor=CLERK)

        people.record_personal_data(person=hanako, values=IN_PARTS, at=LATER, actor=CLERK)

        assert PersonalDetail.objects.get(person=hanako, kind="address").replaced_at == LATER

    def test_on_one_line_takes_the_place_of_the_parts(self, hanako: Person) -> None:
        people.record_personal_data(person=hanako, values=IN_PARTS, at=AT, actor=CLERK)

        people.record_personal_data(person=hanako, values={ADDRESS: "見本県架空市1"}, at=LATER, actor=CLERK)

        assert kept(hanako) == {PersonalField.NAME: "見本 花子", ADDRESS: "見本県架空市1"}

    def test_whose_house_has_no_name_ends_with_its_number(self, hanako: Person) -> None:
        people.record_personal_data(person=hanako, values=IN_PARTS, at=AT, actor=CLERK)

        people.remove_personal_data(person=hanako, fields=[PersonalField.BUILDING], at=LATER, actor=CLERK)

        assert kept(hanako)[ADDRESS] == "大阪府大阪市北区中ノ島１－２－２２"


@pytest.mark.rule("REG-8")
class TestAMembersPassword:
    def register(self, person: Person, password: str) -> User:
        return people.register_user(person=person, login_id="abcd1234", password=password, at=AT, actor=CLERK)

    @pytest.mark.parametrize(
        ("password", "problem"),
        [("abcdefgh", "letter_and_digit_needed"), ("abc12", "wrong_length"), ("ABCD1234", "same_as_login_id")],
    )
    def test_follows_the_documents(self, hanako: Person, password: str, problem: str) -> None:
        with pytest.raises(people.UnfitPasswordError) as refusal:
            self.register(hanako, password)

        assert refusal.value.details["problem"] == problem
        assert password not in refusal.value.message
        assert not User.objects.exists()

    def test_follows_the_strict_rule_where_that_is_in_force(self, hanako: Person, settings: Settings) -> None:
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, password_policy="strict")

        with pytest.raises(people.UnfitPasswordError) as refusal:
            self.register(hanako, "Password123")

        assert refusal.value.details == {"problem": "too_common"}
        assert self.register(hanako, "hidamari no asa").check_password("hidamari no asa")

    def test_is_kept_as_it_was_typed(self, hanako: Person) -> None:
        assert self.register(hanako, "Hidamari7").check_password("Hidamari7")
        assert not User.objects.get().check_password("hidamari7")

    def test_is_changed_by_the_same_rule(self, hanako: Person) -> None:
        user = self.register(hanako, "hidamari7")

        with pytest.raises(people.UnfitPasswordError):
            people.change_password(user=user, password="hidamari", at=LATER, actor=CLERK)
        people.change_password(user=user, password="kazamuki8", at=LATER, actor=CLERK)

        assert User.objects.get().check_password("kazamuki8")


@pytest.mark.rule("REG-2")
class TestTheIdentityKeyword:
    def set(self, person: Person, keyword: str = "かんでん太郎") -> None:
        people.set_identity_keyword(person=person, keyword=keyword, at=AT, actor=CLERK)

    @pytest.mark.parametrize("said", ["かんでん太郎", "カンデン太郎", "ｶﾝﾃﾞﾝ 太郎", "　かんでん　太郎 "])
    def test_is_known_however_it_is_written(self, hanako: Person, said: str) -> None:
        self.set(hanako)

        assert queries.matches_identity_keyword(hanako.id, said)

    @pytest.mark.parametrize("said", ["かんでん次郎", "", "　", "かんでん太郎" * 50, "\x00"])
    def test_is_not_known_otherwise(self, hanako: Person, said: str) -> None:
        self.set(hanako)

        assert not queries.matches_identity_keyword(hanako.id, said)

    def test_of_nobody_is_known_to_nobody(self, hanako: Person) -> None:
        assert not queries.matches_identity_keyword(None, "かんでん太郎")
        assert not queries.matches_identity_keyword(hanako.id, "かんでん太郎")

    def test_is_kept_as_a_hash_and_the_one_before_not_at_all(self, hanako: Person) -> None:
        self.set(hanako)
        self.set(hanako, "Ａｐｐｌｅ")

        before, now = IdentityKeyword.objects.order_by("id")
        assert (before.hashed, before.replaced_by) == ("", "staff:madoguchi")
        assert now.hashed.startswith("argon2_peppered$")
        assert queries.matches_identity_keyword(hanako.id, "apple")
        assert not queries.matches_identity_keyword(hanako.id, "かんでん太郎")

    @pytest.mark.parametrize(("keyword", "problem"), [("", "required"), ("あ" * 11, "too_long")])
    def test_has_one_to_ten_characters(self, hanako: Person, keyword: str, problem: str) -> None:
        with pytest.raises(people.InvalidKeywordError) as refusal:
            self.set(hanako, keyword)

        assert refusal.value.details == {"problem": problem}
