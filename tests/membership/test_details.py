"""Changing what is registered of oneself, and what everybody with a right to know is told of it."""

import datetime as dt
from typing import Any

import pytest

from pointclub.audit import queries as audit
from pointclub.foundation import actors
from pointclub.membership import services as membership
from pointclub.notices import queries as notices
from pointclub.notices.models import Delivery, Notice
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, User
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.club import STAFF, jst
from tests.factories.registrations import REGISTERED_AT, filled_in, link_to, register
from tests.factories.sign_ins import begin

pytestmark = [pytest.mark.django_db, pytest.mark.rule("MEM-7")]

AT = jst("2026-05-01 12:00")
OLD, NEW, THIRD = "hanako@example.com", "hana@example.org", "mihon@example.net"
SAME = {"town", "mobile", "first_mail"}
FIRST, SECOND = ContactAddress.Kind.FIRST, ContactAddress.Kind.SECOND


@pytest.fixture
def user() -> User:
    """Register Hanako, whose first address is proved."""
    registered = register(filled_in(second_mail="", land_line="0612345678"))
    user = User.objects.get(id=registered.user_id)
    ContactAddress.objects.filter(person=user.person).update(verified_at=REGISTERED_AT)
    return user


def change(user: User, *, at: dt.datetime = AT, removed: Any = (), **values: Any) -> frozenset[PersonalField]:
    return membership.change_details(
        stay=begin(user, at=at).sign_in,
        values={PersonalField(name): text for name, text in values.items()},
        removed=removed,
        link_to=link_to,
        at=at,
        actor=membership.as_actor(user),
    )


def change_all(user: User, values: Any) -> frozenset[PersonalField]:
    return change(user, **values)


def kept_of(user: User) -> dict[PersonalField, str]:
    return dict(people_queries.personal_data_of([user.person_id])[user.person_id])


def waiting_of(user: User) -> list[str]:
    return [each.value for each in people_queries.list_waiting_addresses(user.person_id)]


def token_of(user: User, address: str, *, at: dt.datetime = AT) -> str:
    """Return what the mail to an address that waits carries."""
    rows = people_queries.list_waiting_addresses(user.person_id)
    return people.issue_address_proof(address_id=next(each.id for each in rows if each.value == address), at=at)


def prove(token: str, *, at: dt.datetime = AT) -> people.Proved:
    return membership.prove_address(token=token, at=at, actor=actors.system("registration"))


def told_to(what: str) -> set[str]:
    """Return the addresses that were told of such a change."""
    notices_of_it = [each for each in Notice.objects.all() if (each.values or {}).get("what") == what]
    sent = Delivery.objects.filter(notice__in=notices_of_it, address__isnull=False)
    return {each.address.value for each in sent if each.address}


class TestEachField:
    @pytest.mark.parametrize(
        ("field", "text"),
        [
            ("name", "見本　葉奈子"),
            ("nickname", "ひだまり"),
            ("family_name", "見本"),
            ("given_name", "葉奈子"),
            ("kana", "ミホン ハナコ"),
            ("postal_code", "6008001"),
            ("prefecture", "京都府"),
            ("town", "京都市下京区真町"),
            ("street", "４５"),
            ("building", "見本ビル２号"),
            ("land_line", "0752345678"),
            ("mobile", "08011112222"),
        ],
    )
    def test_counts_at_once_and_keeps_what_stood_before(self, user: User, field: str, text: str) -> None:
        before = kept_of(user).get(PersonalField(field))

        assert change_all(user, {field: text}) == {PersonalField(field)}

        assert kept_of(user)[PersonalField(field)] == text
        history = [each for each in people_queries.list_kept(user.person_id) if each.field == field]
        assert (history[0].text, history[0].recorded_at) == (text, AT)
        assert history[0].recorded_by == str(membership.as_actor(user))
        if before is not None:
            assert (history[1].replaced_at, history[1].replaced_by) == (AT, str(membership.as_actor(user)))
            assert history[1].text != before or field == "prefecture"

    def test_that_stays_as_it_is_changes_nothing_and_tells_nobody(self, user: User) -> None:
        told = Notice.objects.count()

        assert change_all(user, {field: text for field, text in kept_of(user).items() if field in SAME}) == set()
        assert Notice.objects.count() == told

    def test_can_be_given_up_where_it_is_optional(self, user: User) -> None:
        removed = [PersonalField.BUILDING, PersonalField.LAND_LINE]

        assert change(user, removed=removed) == set(removed)
        assert not set(removed) & set(kept_of(user))

    def test_leaves_one_phone_at_least(self, user: User) -> None:
        with pytest.raises(membership.PhoneNeededError):
            change(user, removed=[PersonalField.LAND_LINE, PersonalField.MOBILE])

    @pytest.mark.parametrize("field", ["birth_date", "sex"])
    def test_that_tells_who_somebody_is_changes_by_staff_alone(self, user: User, field: str) -> None:
        with pytest.raises(membership.DetailNeededError):
            change_all(user, {field: "1990-01-01"})

    def test_changes_nothing_where_one_value_is_none(self, user: User) -> None:
        before = kept_of(user)

        with pytest.raises(people.InvalidPersonalDataError):
            change(user, town="堺市堺区", mobile="12")
        assert kept_of(user) == before

    def test_tells_the_proved_addresses_of_phone_and_home(self, user: User) -> None:
        change(user, mobile="08011112222", town="大阪市北区堂島")

        assert told_to("phone_changed") == told_to("address_changed") == {OLD}

    def test_is_recorded_by_its_name_alone(self, user: User) -> None:
        change(user, town="大阪市北区堂島")

        entry = audit.search_acts(audit.ActFilter(act="people.record_personal_data")).acts[0]
        assert entry.details == {"fields": ["town"]}
        assert str(entry.actor) == str(membership.as_actor(user))


class TestAnotherFirstAddress:
    def test_waits_for_its_proof_and_mail_goes_where_it_went(self, user: User) -> None:
        assert change(user, first_mail=NEW) == {PersonalField.FIRST_MAIL}

        assert kept_of(user)[PersonalField.FIRST_MAIL] == OLD
        assert waiting_of(user) == [NEW]
        code_goes_to = people_queries.find_address_for_codes(user.person_id)
        assert code_goes_to is not None
        assert code_goes_to.value == OLD
        assert people_queries.find_persons_by_mail(NEW, most=9) == []
        assert people_queries.mail_changed_at(user.person_id) is None

    def test_is_asked_for_by_a_link_to_it_alone_and_told_to_the_old_one(self, user: User) -> None:
        change(user, first_mail=NEW)

        proof = Delivery.objects.filter(notice__kind="prove_address", notice__told_at=AT)
        assert [(each.address.value, each.channel) for each in proof if each.address] == [(NEW, "first_mail")]
        assert told_to("mail_change_asked") == {OLD}

    def test_takes_the_place_when_its_link_is_opened_and_both_are_told(self, user: User) -> None:
        change(user, first_mail=NEW)
        later = AT + dt.timedelta(hours=2)

        proved = prove(token_of(user, NEW), at=later)

        assert (proved.is_first, proved.has_changed) == (True, True)
        assert kept_of(user)[PersonalField.FIRST_MAIL] == NEW
        assert waiting_of(user) == []
        assert told_to("mail_changed") == {OLD, NEW}
        assert people_queries.mail_changed_at(user.person_id) == later
        history = [each for each in people_queries.list_kept(user.person_id) if each.field == "first_mail"]
        assert [(each.text, each.recorded_at) for each in history] == [
            (NEW, later),
            ("h***@example.com", REGISTERED_AT),
        ]

    def test_may_have_its_link_opened_twice(self, user: User) -> None:
        change(user, first_mail=NEW)
        token = token_of(user, NEW)
        prove(token)
        told = Notice.objects.count()

        again = prove(token)

        assert (again.is_first, again.has_changed) == (False, False)
        assert Notice.objects.count() == told

    def test_does_not_count_by_a_link_that_comes_too_late(self, user: User) -> None:
        change(user, first_mail=NEW)

        with pytest.raises(people.ExpiredProofError):
            prove(token_of(user, NEW), at=AT + dt.timedelta(hours=24))
        assert kept_of(user)[PersonalField.FIRST_MAIL] == OLD

    def test_gives_way_to_a_third_and_its_link_leads_nowhere(self, user: User) -> None:
        change(user, first_mail=NEW)
        token = token_of(user, NEW)
        change(user, first_mail=THIRD)

        with pytest.raises(people.ReplacedAddressError):
            prove(token)
        prove(token_of(user, THIRD))
        assert kept_of(user)[PersonalField.FIRST_MAIL] == THIRD

    def test_that_was_proved_and_then_replaced_does_not_come_back_by_its_link(self, user: User) -> None:
        change(user, first_mail=NEW)
        token = token_of(user, NEW)
        prove(token)
        change(user, first_mail=THIRD, at=AT + dt.timedelta(minutes=1))
        prove(token_of(user, THIRD))

        with pytest.raises(people.ReplacedAddressError):
            prove(token)

    def test_is_withdrawn_by_naming_the_one_on_file(self, user: User) -> None:
        change(user, first_mail=NEW)
        token = token_of(user, NEW)

        assert change(user, first_mail=OLD) == set()
        assert waiting_of(user) == []
        with pytest.raises(people.ReplacedAddressError):
            prove(token)

    def test_waits_no_more_once_staff_have_recorded_another(self, user: User) -> None:
        change(user, first_mail=NEW)
        token = token_of(user, NEW)
        people.record_personal_data(person=user.person, values={PersonalField.FIRST_MAIL: THIRD}, at=AT, actor=STAFF)

        with pytest.raises(people.ReplacedAddressError):
            prove(token)
        assert people_queries.mail_changed_at(user.person_id) == AT

    def test_named_again_is_not_mailed_again_at_once(self, user: User) -> None:
        change(user, first_mail=NEW)

        assert change(user, first_mail=NEW) == set()

    def test_cannot_be_used_to_fill_the_mailboxes_of_strangers(self, user: User) -> None:
        for number in range(6):
            change(user, first_mail=f"nobody{number}@example.com")

        with pytest.raises(people.TooManyAddressChangesError):
            change(user, first_mail=NEW)
        change(user, first_mail=NEW, at=AT + dt.timedelta(hours=1))

    def test_is_sent_its_link_again_once_an_hour(self, user: User) -> None:
        change(user, first_mail=NEW)
        for minutes in (1, 2, 59, 61):
            membership.mail_address_proofs(
                user=user,
                link_to=link_to,
                at=AT + dt.timedelta(minutes=minutes),
                actor=membership.as_actor(user),
            )

        sent = Delivery.objects.filter(notice__kind="prove_address", notice__once__startswith="prove_again")
        assert [each.address.value for each in sent if each.address] == [NEW, NEW]

    @pytest.mark.rule("NTC-3")
    def test_gets_no_advertising_before_its_proof(self, user: User) -> None:
        membership.choose_advertising(user=user, wanted=[FIRST], at=AT, actor=membership.as_actor(user))
        change(user, first_mail=NEW)

        assert notices.advertising_choice_of(user.person_id) == {FIRST}
        assert [each.value for each in people_queries.list_mail_addresses(user.person_id)] == [OLD]


class TestASecondAddress:
    def test_takes_the_empty_place_once_it_is_proved(self, user: User) -> None:
        change(user, second_mail=NEW)
        assert PersonalField.SECOND_MAIL not in kept_of(user)

        prove(token_of(user, NEW))

        assert kept_of(user)[PersonalField.SECOND_MAIL] == NEW
        assert told_to("second_mail_changed") == {OLD, NEW}
        assert people_queries.mail_changed_at(user.person_id) == AT

    def test_goes_with_its_consent_to_advertising_and_is_told(self, user: User) -> None:
        change(user, second_mail=NEW)
        prove(token_of(user, NEW))
        membership.choose_advertising(user=user, wanted=[SECOND], at=AT, actor=membership.as_actor(user))

        change(user, removed=[PersonalField.SECOND_MAIL], at=AT + dt.timedelta(days=1))

        assert PersonalField.SECOND_MAIL not in kept_of(user)
        assert notices.advertising_choice_of(user.person_id) == set()
        assert told_to("second_mail_changed") == {OLD, NEW}
        assert people_queries.mail_changed_at(user.person_id) == AT + dt.timedelta(days=1)

    def test_that_waits_can_be_withdrawn(self, user: User) -> None:
        change(user, second_mail=NEW)

        change(user, removed=[PersonalField.SECOND_MAIL])

        assert waiting_of(user) == []
        assert people_queries.mail_changed_at(user.person_id) is None


@pytest.mark.rule("NTC-3")
class TestAdvertising:
    def test_goes_to_the_chosen_addresses_at_once_and_stops_at_once(self, user: User) -> None:
        facts: dict[str, Any] = {"user": user, "at": AT, "actor": membership.as_actor(user)}
        membership.choose_advertising(wanted=[FIRST], **facts)
        assert notices.advertising_choice_of(user.person_id) == {FIRST}

        membership.choose_advertising(wanted=[], **facts)
        assert notices.advertising_choice_of(user.person_id) == set()

    def test_is_not_agreed_to_for_an_address_that_is_not_proved(self, user: User) -> None:
        ContactAddress.objects.filter(person=user.person).update(verified_at=None)

        membership.choose_advertising(user=user, wanted=[FIRST, SECOND], at=AT, actor=membership.as_actor(user))

        assert notices.advertising_choice_of(user.person_id) == set()


class TestTheKeyword:
    def test_counts_at_once_and_its_owner_is_told(self, user: User) -> None:
        stay = begin(user, at=AT).sign_in
        membership.change_keyword(stay=stay, keyword="みけのたま", at=AT, actor=membership.as_actor(user))

        assert people_queries.matches_identity_keyword(user.person_id, "みけのたま")
        assert not people_queries.matches_identity_keyword(user.person_id, "かんでん太郎")
        assert people_queries.keyword_set_at(user.person_id) == AT
        assert told_to("keyword_changed") == {OLD}


class TestLanguageAndColours:
    def test_are_kept_and_recorded_once(self, user: User) -> None:
        facts: dict[str, Any] = {"user": user, "at": AT, "actor": membership.as_actor(user)}
        chosen: dict[str, Any] = {"language": User.Language.ENGLISH, "scheme": User.Scheme.DARK}

        assert people.choose_display(**chosen, **facts)
        assert not people.choose_display(**chosen, **facts)
        user.refresh_from_db()
        assert (user.language, user.scheme) == ("en", "dark")
        assert len(audit.search_acts(audit.ActFilter(act="people.choose_display")).acts) == 1
