"""Cursors: opaque, and good for one account alone."""

import uuid

import pytest

from pointclub.portal.cursors import NEWEST, Place, read_cursor, write_cursor

HERS, HIS = uuid.uuid4(), uuid.uuid4()


@pytest.mark.parametrize("place", [Place(before=7), Place(after=100_000), NEWEST])
def test_a_cursor_leads_back_to_its_place(place: Place) -> None:
    assert read_cursor(write_cursor(place, account_id=HERS), account_id=HERS) == place


def test_a_cursor_of_another_account_is_the_newest_page() -> None:
    assert read_cursor(write_cursor(Place(before=7), account_id=HIS), account_id=HERS) == NEWEST


@pytest.mark.parametrize("text", ["", "7", "x:y", ":", "eyJiZWZvcmUiOjd9", "eyJiZWZvcmUiOjd9:", "é\0", "a" * 10_000])
def test_a_cursor_that_we_did_not_write_is_the_newest_page(text: str) -> None:
    assert read_cursor(text, account_id=HERS) == NEWEST


def test_a_cursor_with_one_letter_changed_is_the_newest_page() -> None:
    cursor = write_cursor(Place(before=7), account_id=HERS)

    for place, letter in enumerate(cursor):
        changed = cursor[:place] + ("A" if letter != "A" else "B") + cursor[place + 1 :]
        assert read_cursor(changed, account_id=HERS) == NEWEST
