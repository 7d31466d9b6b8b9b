"""What is kept of a person: encrypted, bound to its row, changed by adding, found by the exact value."""

from collections.abc import Mapping

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from pointclub.audit import queries as audit
from pointclub.people import queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, Person, PersonalDetail, PhoneNumber
from pointclub.people.personal_data import UnreadablePersonalDataError
from pointclub.people.rules.personal_fields import PersonalField
from tests.factories.callers import CLERK, ON_FILE
from tests.factories.club import jst
from tests.harness.tampering import tamper

AT = jst("2026-04-01 12:00")
LATER = jst("2026-05-01 12:00")
MOBILE, FIRST_MAIL, KANA = PersonalField.MOBILE, PersonalField.FIRST_MAIL, PersonalField.KANA


@pytest.fixture
def hanako(db: None) -> Person:
    return people.record_person(name="見本 花子", at=AT, actor=CLERK)


def record(person: Person, values: Mapping[PersonalField, str] = ON_FILE, at: object = AT) -> frozenset[PersonalField]:
    return people.record_personal_data(person=person, values=values, at=AT if at is AT else LATER, actor=CLERK)


def kept(person: Person) -> dict[PersonalField, str]:
    return queries.personal_data_of([person.id])[person.id]


class TestRecording:
    def test_keeps_each_value_in_its_one_form(self, hanako: Person) -> None:
        changed = record(hanako)

        assert changed == set(ON_FILE)
        assert kept(hanako) == {
            PersonalField.NAME: "見本 花子",
            PersonalField.KANA: "ミホン ハナコ",
            PersonalField.BIRTH_DATE: "1980-04-01",
            PersonalField.POSTAL_CODE: "0000001",
            PersonalField.ADDRESS: "見本県架空市例示町1丁目1番地",
            PersonalField.FIRST_MAIL: "hanako@example.com",
            PersonalField.MOBILE: "09000000001",
        }

    def test_of_the_same_written_otherwise_changes_nothing(self, hanako: Person) -> None:
        record(hanako)

        assert record(hanako, {MOBILE: "+81-90-0000-0001", KANA: "みほん　はなこ"}, LATER) == frozenset()
        assert PhoneNumber.objects.count() == 1

    def test_of_another_value_keeps_the_one_before_with_who_and_when(self, hanako: Person) -> None:
        record(hanako)

        assert record(hanako, {MOBILE: "080-0000-0002"}, LATER) == {MOBILE}

        before, now = PhoneNumber.objects.order_by("recorded_at")
        assert (before.value, before.replaced_at, before.replaced_by) == ("09000000001", LATER, "staff:madoguchi")
        assert (now.value, now.recorded_at, now.replaced_at, now.verified_at) == ("08000000002", LATER, None, None)
        assert kept(hanako)[MOBILE] == "08000000002"

    def test_of_one_bad_value_among_good_ones_keeps_none(self, hanako: Person) -> None:
        with pytest.raises(people.InvalidPersonalDataError) as refusal:
            record(hanako, {**ON_FILE, MOBILE: "one two three"})

        assert refusal.value.details == {"field": "mobile"}
        assert "one two three" not in refusal.value.message
        assert set(kept(hanako)) == {PersonalField.NAME}

    def test_of_a_name_is_not_done_so(self, hanako: Person) -> None:
        with pytest.raises(people.InvalidPersonalDataError):
            record(hanako, {PersonalField.NAME: "見本 太郎"})

    def test_is_on_record_by_field_and_never_by_value(self, hanako: Person) -> None:
        record(hanako, {MOBILE: "090-0000-0001", FIRST_MAIL: "hanako@example.com"})

        (entry,) = audit.search_acts(audit.ActFilter(act="people.record_personal_data")).acts
        assert (entry.actor, entry.subject.id) == ("staff:madoguchi", str(hanako.id))
        assert entry.details == {"fields": ["first_mail", "mobile"]}

    def test_of_nothing_new_is_not_on_record(self, hanako: Person) -> None:
        record(hanako)
        record(hanako, at=LATER)

        assert len(audit.search_acts(audit.ActFilter(act="people.record_personal_data")).acts) == 1


class TestRemoving:
    def test_leaves_no_current_value_and_keeps_that_there_was_one(self, hanako: Person) -> None:
        record(hanako)

        removed = people.remove_personal_data(
            person=hanako, fields=[MOBILE, PersonalField.SECOND_MAIL], at=LATER, actor=CLERK
        )

        assert removed == {MOBILE}
        assert MOBILE not in kept(hanako)
        assert PhoneNumber.objects.get().replaced_at == LATER
        assert queries.find_persons_by_phone("09000000001", most=5) == []


class TestFinding:
    def test_is_by_the_exact_value_as_it_is_kept(self, hanako: Person) -> None:
        record(hanako)

        assert queries.find_persons_by_phone("09000000001", most=5) == [hanako.id]
        assert queries.find_persons_by_mail("HANAKO@example.com", most=5) == [hanako.id]
        assert queries.find_persons_by_kana("ミホンハナコ", most=5) == [hanako.id]
        assert queries.find_persons_by_phone("0900000000", most=5) == []
        assert queries.find_persons_by_mail("hanako@example.co", most=5) == []

    def test_does_not_find_a_value_that_was_replaced(self, hanako: Person) -> None:
        record(hanako)
        record(hanako, {MOBILE: "080-0000-0002"}, LATER)

        assert queries.find_persons_by_phone("09000000001", most=5) == []

    def test_does_not_take_one_kind_for_another(self, hanako: Person) -> None:
        record(hanako, {PersonalField.POSTAL_CODE: "000-0001", PersonalField.ADDRESS: "ミホン ハナコ"})

        assert queries.find_persons_by_kana("ミホン ハナコ", most=5) == []

    def test_names_a_person_once_who_has_it_twice(self, hanako: Person) -> None:
        record(hanako, {MOBILE: "090-0000-0001", PersonalField.LAND_LINE: "090-0000-0001"})

        assert queries.find_persons_by_phone("09000000001", most=5) == [hanako.id]


@pytest.mark.django_db
class TestTheTables:
    def test_hold_no_value_in_the_clear(self, hanako: Person) -> None:
        record(hanako)

        with connection.cursor() as cursor:
            copied = b""
            for table in ("people_personal_detail", "people_contact_address", "people_phone_number", "audit_entry"):
                with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                    copied += b"".join(bytes(chunk) for chunk in copy)

        assert hanako.id.bytes in copied
        for part in ("ミホン", "1980-04-01", "0000001", "架空市", "hanako", "0900000"):
            assert part.encode() not in copied

    def test_give_two_kinds_of_the_same_text_two_digests(self, hanako: Person) -> None:
        record(hanako, {KANA: "ミホン", PersonalField.ADDRESS: "ミホン"})

        assert len({bytes(row.value_index) for row in PersonalDetail.objects.all()}) == 2

    def test_do_not_read_a_value_that_was_moved_to_another_person(self, hanako: Person) -> None:
        record(hanako)
        row = ContactAddress.objects.get()

        taro = people.record_person(name="見本 太郎", at=AT, actor=CLERK)

        for row_id, person_id, kind in (
            (row.id, taro.id, row.kind),
            (row.id, row.person_id, "second_mail"),
            (taro.id, row.person_id, row.kind),
        ):
            moved = ContactAddress(id=row_id, person_id=person_id, kind=kind, sealed=row.sealed)
            with pytest.raises(UnreadablePersonalDataError):
                moved.value  # noqa: B018 -- Read to see it refused.

    @pytest.mark.parametrize("column", ["sealed", "value_index", "person_id", "kind", "recorded_by", "recorded_at"])
    @pytest.mark.parametrize("table", ["people_contact_address", "people_phone_number", "people_personal_detail"])
    def test_cannot_be_rewritten_by_the_application(self, table: str, column: str) -> None:
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE {table} SET {column} = {column}")  # noqa: S608 -- Names from above.

    def test_hold_one_current_value_of_a_kind(self, hanako: Person) -> None:
        record(hanako)

        with pytest.raises(IntegrityError, match="a_person_has_one_address_of_a_kind"):
            ContactAddress.of(hanako.id, FIRST_MAIL, "other@example.com", recorded_by="x", at=AT).save()

    def test_tell_no_value_in_a_log(self, hanako: Person) -> None:
        record(hanako)

        shown = f"{ContactAddress.objects.get()!r} {queries.personal_data_of([hanako.id])}"
        assert "hanako" not in shown
        assert "PersonalData(address, birth_date, first_mail, kana, mobile, name, postal_code)" in shown


@pytest.mark.usefixtures("as_owner")
def test_a_value_that_the_owner_moved_is_not_read() -> None:
    hanako, taro = (people.record_person(name=name, at=AT, actor=CLERK) for name in ("見本 花子", "見本 太郎"))
    record(hanako, {MOBILE: "090-0000-0001"})

    tamper("UPDATE people_phone_number SET person_id = %s", taro.id)

    with pytest.raises(UnreadablePersonalDataError):
        kept(taro)
