"""What the check of statements finds, and what it lets through."""

from typing import Any
from uuid import UUID

import pytest

from pointclub.points.services import lapse, post_grants
from tests.architecture.one_schema.statements import Judge, Trouble

JUDGE = Judge({"points_account": "id", "points_lot": "account_id", "points_posting": "account_id"}, {"claim"})
ONE, OTHER = UUID(int=1), UUID(int=2)


def troubles(statement: str, values: Any = None) -> list[str]:
    return [f"{trouble.table} {trouble.what}" for trouble in JUDGE.judge(statement, values)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        "SELECT * FROM claim WHERE reference = %s",
        'SELECT "points_lot"."id" FROM "points_lot" WHERE ("points_lot"."account_id" = %s AND "points_lot"."id" = %s)',
        'SELECT 1 AS "a" FROM "points_account" WHERE "points_account"."id" = %s LIMIT 1',
        "SELECT * FROM points_lot WHERE account_id = ANY(%(accounts)s) AND remaining > 0",
        "SELECT * FROM points_lot WHERE account_id IN (%s, %s)",
        'UPDATE "points_lot" SET "remaining" = %s WHERE ("points_lot"."account_id", "points_lot"."id") = (%s, %s)',
        'SELECT * FROM points_lot AS lot WHERE (lot."account_id", lot."id") IN ((%s, %s), (%s, %s))',
        "UPDATE points_lot AS lot SET remaining = 0 FROM due WHERE lot.account_id = due.account_id AND lot.id = due.id",
        (
            "UPDATE points_lot AS lot SET remaining = 0 FROM unnest(%s::uuid[]) AS m (id) WHERE m.id = lot.id"
            " AND lot.account_id = %s"
        ),
        (
            "INSERT INTO points_lot AS lot (account_id, id) SELECT account_id, id FROM staged"
            " ON CONFLICT (account_id) DO UPDATE SET granted = lot.granted + excluded.granted"
        ),
        (
            "SELECT * FROM points_posting AS p JOIN points_lot AS l ON l.account_id = p.account_id AND l.id = p.lot_id"
            " WHERE p.account_id = %s"
        ),
        (
            "SELECT * FROM points_account AS a WHERE a.id = %s AND EXISTS"
            " (SELECT FROM points_lot AS l WHERE l.account_id = a.id)"
        ),
        (
            "WITH due AS (SELECT id FROM points_lot WHERE account_id = %s) UPDATE points_account AS a SET arrears = 0"
            " FROM due WHERE a.id = due.id"
        ),
        "DELETE FROM points_lot WHERE account_id = %s",
        "SELECT id FROM points_account WHERE id = %s FOR NO KEY UPDATE",
        "SELECT '-- FROM points_posting' FROM claim /* points_lot */",
        lapse._LAPSE,
        post_grants._FILL_LOTS,
        post_grants._NAME_LOTS,
        post_grants._POST,
        post_grants._SINGLE_ACCOUNTS,
    ],
)
def test_statement_that_names_the_account_passes(statement: str) -> None:
    assert troubles(statement) == []


@pytest.mark.parametrize(
    ("statement", "table"),
    [
        ("SELECT * FROM points_lot", "points_lot"),
        ("SELECT * FROM points_lot WHERE id = %s", "points_lot"),
        ("SELECT * FROM points_lot WHERE account_id > %s ORDER BY account_id LIMIT %s", "points_lot"),
        ("SELECT * FROM points_lot WHERE account_id BETWEEN %s AND %s", "points_lot"),
        ("SELECT account_id FROM points_lot GROUP BY account_id HAVING account_id = %s", "points_lot"),
        ("SELECT account_id = %s FROM points_lot", "points_lot"),
        ("SELECT * FROM points_lot WHERE account_id = %s OR remaining > 0", "points_lot"),
        ("SELECT * FROM points_lot WHERE NOT (account_id = %s)", "points_lot"),
        ("SELECT * FROM points_lot WHERE account_id NOT IN (%s)", "points_lot"),
        ("SELECT * FROM points_lot WHERE account_id IS NOT DISTINCT FROM %s", "points_lot"),
        ("SELECT * FROM points_lot WHERE CASE WHEN account_id = %s THEN true ELSE true END", "points_lot"),
        ("SELECT * FROM points_lot AS l JOIN claim ON claim.account_id = l.account_id", "points_lot"),
        ("SELECT * FROM claim, points_lot WHERE claim.account_id = %s", "points_lot"),
        ("UPDATE points_lot SET account_id = %s WHERE id = %s", "points_lot"),
        ("DELETE FROM points_lot WHERE remaining = 0", "points_lot"),
        ('SELECT * FROM "points_account" WHERE "points_account"."arrears" = %s', "points_account"),
        ("WITH x AS (SELECT * FROM points_lot) SELECT * FROM x", "points_lot"),
        ("SELECT * FROM claim WHERE EXISTS (SELECT FROM public.points_lot WHERE id = %s)", "points_lot"),
        ("SELECT * FROM points_lot WHERE account_id = %s UNION SELECT * FROM points_posting", "points_posting"),
    ],
)
def test_statement_that_does_not_is_found(statement: str, table: str) -> None:
    assert troubles(statement) == [f"{table} is touched without its account"]


def test_two_tables_joined_by_the_account_are_found_where_neither_is_held() -> None:
    statement = (
        "SELECT * FROM points_posting AS p JOIN points_lot AS l ON l.account_id = p.account_id AND l.id = p.lot_id"
    )

    assert JUDGE.judge(statement) == [
        Trouble("is touched without its account", "points_posting"),
        Trouble("is touched without its account", "points_lot"),
    ]


def test_table_joined_by_another_column_is_found_although_its_neighbour_is_held() -> None:
    statement = "SELECT * FROM points_posting AS p JOIN points_lot AS l ON l.id = p.lot_id WHERE p.account_id = %s"

    assert troubles(statement) == ["points_lot is touched without its account"]


def test_insert_without_the_account_is_found() -> None:
    assert troubles("INSERT INTO points_lot (id) VALUES (%s)") == ["points_lot is filled without its account"]


def test_emptying_is_found() -> None:
    assert troubles("TRUNCATE points_lot") == ["points_lot is emptied"]


@pytest.mark.parametrize(
    ("condition", "values"),
    [
        ("id = ANY(%s)", [[ONE, OTHER]]),
        ("id = ANY(%(ids)s)", {"ids": [ONE, OTHER]}),
        ("id IN (%s, %s)", [ONE, OTHER]),
        ("id IN (SELECT account_id FROM due)", []),
    ],
)
def test_lock_of_many_accounts_is_found(condition: str, values: Any) -> None:
    statement = f"SELECT id FROM points_account WHERE {condition} ORDER BY id FOR NO KEY UPDATE"  # noqa: S608 -- written above

    assert troubles(statement, values) == ["points_account is locked for many accounts"]


@pytest.mark.parametrize(
    ("condition", "values"), [("id = ANY(%s)", [[ONE]]), ("id IN (%s)", [ONE]), ("id = %s", [ONE])]
)
def test_lock_of_one_account_passes(condition: str, values: Any) -> None:
    statement = f"SELECT id FROM points_account WHERE {condition} FOR UPDATE SKIP LOCKED"  # noqa: S608 -- written above

    assert troubles(statement, values) == []


def test_many_accounts_that_are_only_read_beside_the_lock_pass() -> None:
    statement = "SELECT * FROM claim, points_account AS a WHERE a.id = ANY(%s) FOR UPDATE OF claim"

    assert troubles(statement, [[ONE, OTHER]]) == []
