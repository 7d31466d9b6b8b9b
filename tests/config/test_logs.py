"""What a fault leaves in the log."""

import logging
import sys
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from pointclub.config.logs import QuietFormatter

MARK = "印山マーカー花子"


def written(error: BaseException) -> str:
    record = logging.LogRecord("test", logging.ERROR, __file__, 1, "It broke off.", None, (type(error), error, None))
    record.exc_info = (type(error), error, error.__traceback__)
    return QuietFormatter("{message}", style="{").format(record)


def fail_over(value: str) -> None:
    try:
        int(value)
    except ValueError as cause:
        message = f"cannot use {value}"
        raise KeyError(message) from cause


class TestALoggedFault:
    def test_names_place_and_kind_of_each_exception_and_none_of_their_words(self) -> None:
        with pytest.raises(KeyError) as failure:
            fail_over(MARK)

        text = written(failure.value)

        assert MARK not in text
        assert text.index("builtins.ValueError") < text.index("builtins.KeyError")
        assert "in fail_over" in text
        assert "int(value)" in text

    @pytest.mark.django_db
    def test_names_the_constraint_and_not_the_row_that_the_database_refused(self) -> None:
        statement = "INSERT INTO people_user (id, login_id, is_staff, is_active, language, registered_at, password)"
        with (
            pytest.raises(IntegrityError) as failure,
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                f"{statement} VALUES (gen_random_uuid(), %s, false, true, 'ja', now(), '')",
                [f"Shirushiyama-{MARK}"],
            )

        text = written(failure.value)

        assert "Shirushiyama" in str(failure.value)
        assert "Shirushiyama" not in text
        assert MARK not in text
        assert "23502" in text or "23514" in text

    def test_goes_through_this_formatter_wherever_it_is_logged(self) -> None:
        logging_as_set: dict[str, Any] = settings.LOGGING

        assert logging_as_set["formatters"]["line"]["()"] == "pointclub.config.logs.QuietFormatter"
        assert {handler["formatter"] for handler in logging_as_set["handlers"].values()} == {"line"}

    def test_without_an_exception_is_its_line_alone(self) -> None:
        record = logging.LogRecord("test", logging.ERROR, __file__, 1, "It broke off.", None, None)
        record.exc_info = sys.exc_info()

        assert QuietFormatter("{message}", style="{").format(record).strip() == "It broke off."
