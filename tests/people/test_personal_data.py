"""Personal data is unreadable without its key, wherever it is moved to, and found by its exact value only."""

from collections.abc import Callable

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from pointclub.people import queries
from pointclub.people import services as people
from pointclub.people.models import Person
from pointclub.people.personal_data import UnreadablePersonalDataError, blind_index, decrypt, encrypt
from tests.factories.club import STAFF, jst
from tests.people.conftest import KEY_OF_LAST_YEAR, KEY_OF_THIS_YEAR

NAME = b"people_person.name"
AT = jst("2026-04-01 12:00")
SetKeys = Callable[..., None]


class TestEncryption:
    @given(st.text())
    def test_gives_back_what_was_put_in(self, text: str) -> None:
        assert decrypt(encrypt(text, bound_to=NAME), bound_to=NAME) == text

    def test_of_the_same_text_is_never_the_same(self) -> None:
        assert len({encrypt("山田 花子", bound_to=NAME) for _ in range(100)}) == 100

    def test_does_not_show_the_text(self) -> None:
        assert "山田".encode() not in encrypt("山田 花子", bound_to=NAME)

    def test_of_another_column_is_not_read(self) -> None:
        with pytest.raises(UnreadablePersonalDataError, match="another column"):
            decrypt(encrypt("山田 花子", bound_to=NAME), bound_to=b"people_person.address")

    def test_with_any_byte_changed_is_not_read(self) -> None:
        stored = encrypt("花子", bound_to=NAME)

        for place in range(len(stored)):
            changed = bytearray(stored)
            changed[place] ^= 0x80
            with pytest.raises(UnreadablePersonalDataError):
                decrypt(bytes(changed), bound_to=NAME)

    @pytest.mark.parametrize("stored", [b"", b"\x01", b"\x02\x01k" + bytes(40), "山田 花子".encode()])
    def test_of_what_was_never_encrypted_is_not_read(self, stored: bytes) -> None:
        with pytest.raises(UnreadablePersonalDataError, match="not personal data as we store it"):
            decrypt(stored, bound_to=NAME)

    @pytest.mark.parametrize("length", [14, 15, 20])
    def test_that_was_cut_off_within_its_nonce_is_not_read(self, length: int) -> None:
        with pytest.raises(UnreadablePersonalDataError):
            decrypt(encrypt("山田 花子", bound_to=NAME)[:length], bound_to=NAME)

    @pytest.mark.parametrize("length", [1, 2, 27, 40])
    def test_that_was_cut_off_is_not_read(self, length: int) -> None:
        stored = encrypt("山田 花子", bound_to=NAME)

        with pytest.raises(UnreadablePersonalDataError):
            decrypt(stored[:length], bound_to=NAME)


class TestTheKeyRing:
    def test_reads_with_the_old_key_and_writes_with_the_new(self, set_keys: SetKeys) -> None:
        set_keys(personal_data_keys={"2025": KEY_OF_LAST_YEAR})
        old = encrypt("山田 花子", bound_to=NAME)

        set_keys(personal_data_keys={"2026": KEY_OF_THIS_YEAR, "2025": KEY_OF_LAST_YEAR})
        new = encrypt("山田 花子", bound_to=NAME)

        assert decrypt(old, bound_to=NAME) == decrypt(new, bound_to=NAME) == "山田 花子"
        assert (old[:6], new[:6]) == (b"\x01\x042025", b"\x01\x042026")

    def test_that_lost_a_key_says_which(self, set_keys: SetKeys) -> None:
        set_keys(personal_data_keys={"2025": KEY_OF_LAST_YEAR})
        old = encrypt("山田 花子", bound_to=NAME)

        set_keys(personal_data_keys={"2026": KEY_OF_THIS_YEAR})

        with pytest.raises(UnreadablePersonalDataError, match="'2025' is not on the key ring"):
            decrypt(old, bound_to=NAME)

    def test_with_another_key_under_the_same_name_reads_nothing(self, set_keys: SetKeys) -> None:
        set_keys(personal_data_keys={"2025": KEY_OF_LAST_YEAR})
        old = encrypt("山田 花子", bound_to=NAME)

        set_keys(personal_data_keys={"2025": KEY_OF_THIS_YEAR})

        with pytest.raises(UnreadablePersonalDataError, match="bytes were changed"):
            decrypt(old, bound_to=NAME)


class TestTheBlindIndex:
    @pytest.mark.parametrize(
        "written", ["ヤマダ 花子", "ﾔﾏﾀﾞ 花子", "ヤマダ花子", "  ヤマダ\u3000花 子 ", "ﾔﾏﾀﾞ花子", "ヤマタ\u3099花子"]
    )
    def test_is_the_same_however_wide_or_spaced(self, written: str) -> None:
        assert blind_index(written) == blind_index("ヤマダ花子")

    def test_is_the_same_in_whatever_case(self) -> None:
        assert blind_index("ＳＭＩＴＨ John") == blind_index("smith john")

    @pytest.mark.parametrize("other", ["ヤマダ花", "ヤマタ花子", "やまだ花子", "花子ヤマダ", ""])
    def test_differs_for_another_name(self, other: str) -> None:
        assert blind_index(other) != blind_index("ヤマダ花子")

    def test_differs_under_another_key(self, set_keys: SetKeys) -> None:
        before = blind_index("ヤマダ花子")

        set_keys(blind_index_key=KEY_OF_THIS_YEAR)

        assert blind_index("ヤマダ花子") != before


def swap_names(one: Person, other: Person) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_person AS one SET name = other.name FROM people_person AS other"
            " WHERE one.id = ANY(%s) AND other.id = ANY(%s) AND one.id <> other.id",
            [[one.id, other.id]] * 2,
        )


@pytest.mark.django_db
class TestPersons:
    def test_are_read_back_by_name(self) -> None:
        person = people.record_person(name="  山田 花子 ", at=AT, actor=STAFF)

        assert Person.objects.get(id=person.id).name == "山田 花子"

    def test_are_found_by_the_exact_name_however_it_is_written(self) -> None:
        hanako = people.record_person(name="ヤマダ 花子", at=AT, actor=STAFF)
        people.record_person(name="ヤマダ 花", at=AT, actor=STAFF)

        assert queries.find_persons_by_name("ﾔﾏﾀﾞ　花子") == [hanako]
        assert queries.find_persons_by_name("ヤマダ") == []

    def test_of_one_name_are_all_found(self) -> None:
        both = [people.record_person(name="田中 一郎", at=AT, actor=STAFF) for _ in range(2)]

        assert queries.find_persons_by_name("田中一郎") == both

    @pytest.mark.parametrize("name", ["", " ", "\u3000"])
    def test_have_a_name(self, name: str) -> None:
        with pytest.raises(people.EmptyNameError):
            people.record_person(name=name, at=AT, actor=STAFF)

    @pytest.mark.parametrize("lookup", ["name", "name__contains", "name__in", "name__gt"])
    def test_are_not_searched_by_what_is_encrypted(self, lookup: str) -> None:
        with pytest.raises(FieldError):
            list(Person.objects.filter(**{lookup: "山田 花子"}))

    def test_do_not_show_their_name_in_a_log(self) -> None:
        person = people.record_person(name="山田 花子", at=AT, actor=STAFF)

        assert "山田" not in f"{person} {person!r}"

    def test_leave_no_name_in_a_copy_of_the_tables(self) -> None:
        person = people.record_person(name="Yamada 花子", at=AT, actor=STAFF)
        people.register_user(person=person, login_id="someone", password="hidamari7asa", at=AT, actor=STAFF)

        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'people%'")
            tables = [table for (table,) in cursor.fetchall()]
            copied = b""
            for table in tables:
                with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
                    copied += b"".join(bytes(chunk) for chunk in copy)

        assert {"people_person", "people_user"} < set(tables)
        assert person.id.bytes in copied
        for part in ("Yamada", "yamada", "YAMADA", "花子", "hidamari"):
            for encoding in ("utf-8", "utf-16-le", "shift_jis"):
                assert part.encode(encoding) not in copied
