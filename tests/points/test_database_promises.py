"""What the database itself holds to, whoever writes to it and by whatever statement."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from pointclub.points import services as points
from pointclub.points.models import Account, ChangeRequest, Lot, Posting, Transaction
from tests.factories.club import STAFF, Club, jst

AT = jst("2026-04-01 12:00")

GROWING = [
    "points_posting",
    "points_transaction",
    "points_month_close",
    "earning_accrual_change",
    "earning_rule",
    "earning_campaign",
    "rewards_redemption_order",
    "program_version",
    "audit_entry",
]


@dataclass(frozen=True)
class Books:
    """An account with points from an opening balance, and one of somebody else's."""

    account: UUID
    lot: UUID
    transaction: UUID
    others_account: UUID
    others_lot: UUID


@pytest.fixture
def books(db: None) -> Books:
    club = Club()
    owner, other = club.member(), club.member()
    for member in (owner, other):
        club.open_balance(member, {"2026-12-31": 100}, at=AT)
    account, others = owner.membership.account_id, other.membership.account_id
    return Books(
        account,
        Lot.objects.get(account_id=account).id,
        Transaction.objects.get(account_id=account).id,
        others,
        Lot.objects.get(account_id=others).id,
    )


def execute(statement: str, *values: Any) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


@pytest.mark.rule("STF-2")
@pytest.mark.django_db
class TestWhatOnlyGrows:
    @pytest.mark.parametrize("table", GROWING)
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE {0} SET {1} = {1}",
            "DELETE FROM {0}",
            "TRUNCATE {0} CASCADE",
            "MERGE INTO {0} USING (SELECT) AS new ON true WHEN MATCHED THEN UPDATE SET {1} = {1}",
        ],
    )
    def test_is_not_changed_by_the_application(self, table: str, statement: str) -> None:
        column = "month_end" if table == "points_month_close" else "id"

        with pytest.raises(DatabaseError, match="permission denied") as refusal:
            execute(statement.format(table, column))

        assert isinstance(refusal.value.__cause__, psycopg.errors.InsufficientPrivilege)

    def test_is_not_changed_by_taking_the_table_over(self) -> None:
        for statement in (
            "ALTER TABLE points_posting OWNER TO CURRENT_USER",
            "ALTER TABLE points_posting DISABLE TRIGGER ALL",
            "DROP TABLE points_posting CASCADE",
            "SET ROLE pointclub_owner",
        ):
            with pytest.raises(DatabaseError, match=r"must be owner|permission denied"):
                execute(statement)


class TestAccounts:
    def test_never_owe_less_than_nothing(self, books: Books) -> None:
        with pytest.raises(IntegrityError, match="arrears_are_never_below_zero"):
            Account.objects.filter(id=books.account).update(arrears=-1)

    def test_go_below_zero_by_their_arrears_only(self, books: Books) -> None:
        with pytest.raises(IntegrityError, match="only_arrears_go_below_zero"):
            Account.objects.filter(id=books.account).update(book_balance=-1)

    def test_that_are_open_are_restored_nowhere(self, books: Books) -> None:
        with pytest.raises(IntegrityError, match="only_a_closed_account_is_restored_elsewhere"):
            Account.objects.filter(id=books.account).update(restored_into=books.others_account)

    @pytest.mark.parametrize("column", ["id", "opened_at"])
    def test_begin_for_ever_as_they_were_opened(self, books: Books, column: str) -> None:
        with pytest.raises(DatabaseError, match="permission denied"):
            execute(f"UPDATE points_account SET {column} = {column} WHERE id = %s", books.account)  # noqa: S608 -- written above

    def test_carry_a_whole_hash_as_their_head(self, books: Books) -> None:
        with pytest.raises(IntegrityError, match="head_is_a_sha256"):
            Account.objects.filter(id=books.account).update(head=b"short")

    def test_with_a_history_do_not_go(self, books: Books) -> None:
        with pytest.raises(DatabaseError, match=r"violates foreign key|permission denied"):
            execute("DELETE FROM points_account WHERE id = %s", books.account)


class TestLots:
    def test_never_hold_less_than_nothing(self, books: Books) -> None:
        with pytest.raises(IntegrityError, match="lot_never_holds_less_than_nothing"):
            Lot.objects.filter(account_id=books.account).update(remaining=-1)

    def test_never_hold_more_than_they_were_granted(self, books: Books) -> None:
        with pytest.raises(IntegrityError, match="lot_never_holds_more_than_it_got"):
            Lot.objects.filter(account_id=books.account).update(remaining=101)

    def test_of_one_kind_and_day_exist_once(self, books: Books) -> None:
        with pytest.raises(IntegrityError, match="one_lot_per_kind_day_and_origin"):
            Lot.objects.create(
                account_id=books.account,
                kind=Lot.Kind.ORDINARY,
                usable_through=dt.date(2026, 12, 31),
                first_posted_on=dt.date(2026, 4, 1),
            )

    def test_name_account_and_lot_of_their_origin_or_neither(self, books: Books) -> None:
        with pytest.raises(IntegrityError, match="origin_names_account_and_lot"):
            Lot.objects.create(
                account_id=books.account,
                kind=Lot.Kind.EXTENDED,
                usable_through=dt.date(2027, 6, 30),
                first_posted_on=dt.date(2026, 4, 1),
                origin_lot_id=books.lot,
            )

    @pytest.mark.parametrize(
        "column", ["account_id", "id", "kind", "usable_through", "first_posted_on", "origin_lot_id"]
    )
    def test_stay_what_they_were_opened_as(self, books: Books, column: str) -> None:
        with pytest.raises(DatabaseError, match="permission denied"):
            execute(f"UPDATE points_lot SET {column} = {column} WHERE account_id = %s", books.account)  # noqa: S608 -- written above


def post(books: Books, **changes: Any) -> Posting:
    facts = {"account_id": books.account, "transaction_id": books.transaction, "lot_id": books.lot, "points": 1}
    return Posting.objects.create(**facts | {"contra": Posting.Contra.OPENING} | changes)


class TestPostings:
    def test_move_points(self, books: Books) -> None:
        with pytest.raises(IntegrityError, match="posting_moves_points"):
            post(books, points=0)

    def test_touch_no_lot_of_another_account(self, books: Books) -> None:
        with pytest.raises(IntegrityError, match="posting_belongs_to_a_lot"):
            post(books, lot_id=books.others_lot)

    def test_belong_to_a_transaction_of_their_own_account(self, books: Books) -> None:
        with pytest.raises(IntegrityError, match="posting_belongs_to_a_transaction"):
            post(books, account_id=books.others_account, lot_id=books.others_lot)

    def test_are_refused_by_the_statement_itself_not_at_the_end(self, books: Books) -> None:
        with pytest.raises(IntegrityError), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO points_posting (account_id, id, transaction_id, points, contra)"
                " VALUES (%s, %s, %s, 1, 'x')",
                [books.account, uuid4(), uuid4()],
            )


def write(books: Books, **changes: Any) -> Transaction:
    facts: dict[str, Any] = {
        "account_id": books.account,
        "sequence": 2,
        "kind": Transaction.Kind.REDEEM,
        "business_key": "another",
        "occurred_at": AT,
        "value_on": dt.date(2026, 4, 1),
        "recorded_at": AT,
        "actor": str(STAFF),
        "hash": bytes(32),
    }
    return Transaction.objects.create(**facts | changes)


class TestTransactions:
    def test_of_one_key_are_written_once(self, books: Books) -> None:
        (key,) = Transaction.objects.filter(account_id=books.account).values_list("business_key", flat=True)

        with pytest.raises(IntegrityError, match="each_act_counts_once"):
            write(books, business_key=key)

    def test_of_one_number_are_written_once(self, books: Books) -> None:
        with pytest.raises(IntegrityError, match="transactions_are_numbered"):
            write(books, sequence=1)

    @pytest.mark.rule("STF-2")
    @pytest.mark.parametrize("kind", ["adjust", "transfer", "extend"])
    def test_of_staff_name_their_approval(self, books: Books, kind: str) -> None:
        with pytest.raises(IntegrityError, match="acts_of_staff_name_their_approval"):
            write(books, kind=kind)

    @pytest.mark.parametrize("facts", [{"hash": b"short"}, {"hash": bytes(33)}])
    def test_carry_a_whole_hash(self, books: Books, facts: dict[str, Any]) -> None:
        with pytest.raises(IntegrityError, match="hash_is_a_sha256"):
            write(books, **facts)

    @pytest.mark.parametrize(
        "facts",
        [
            {"reason": "詫び"},
            {"reason": "詫び", "reason_digest": bytes(32)},
            {"reason": "", "reason_salt": bytes(16), "reason_digest": bytes(32)},
        ],
    )
    def test_keep_a_reason_with_its_salt_and_digest(self, books: Books, facts: dict[str, Any]) -> None:
        with pytest.raises(IntegrityError, match="a_reason_has_salt_and_digest_until_it_is_erased"):
            write(books, **facts)

    @pytest.mark.rule("STF-2")
    def test_name_an_approval_that_is_on_file(self, books: Books) -> None:
        with pytest.raises(IntegrityError, match="approval_is_on_file"):
            write(books, kind="adjust", approval_id=uuid4())


@pytest.fixture
def request_of_staff(books: Books) -> ChangeRequest:
    return points.request_adjustment(
        account_id=books.account, points=1_000, usable_through=None, reason="お詫び", at=AT, actor=STAFF
    )


@pytest.mark.rule("STF-2")
class TestRequests:
    def test_are_not_approved_by_who_asked_even_by_sql(self, request_of_staff: ChangeRequest) -> None:
        with pytest.raises(IntegrityError, match="two_people_decide"):
            execute(
                "UPDATE points_change_request SET state = 'approved', decided_by = requested_by, decided_at = now()"
                " WHERE id = %s",
                request_of_staff.id,
            )

    def test_are_not_approved_by_nobody(self, request_of_staff: ChangeRequest) -> None:
        with pytest.raises(IntegrityError, match="a_decision_names_who_and_when"):
            ChangeRequest.objects.filter(id=request_of_staff.id).update(state=ChangeRequest.State.APPROVED)

    @pytest.mark.parametrize("column", ["requested_by", "points", "account_id", "reason", "kind"])
    @pytest.mark.usefixtures("request_of_staff")
    def test_do_not_become_somebody_elses_or_something_else(self, column: str) -> None:
        with pytest.raises(DatabaseError, match="permission denied"):
            execute(f"UPDATE points_change_request SET {column} = {column}")  # noqa: S608 -- names written above

    def test_give_their_reason(self, books: Books) -> None:
        with pytest.raises(IntegrityError, match="a_request_gives_its_reason"):
            ChangeRequest.objects.create(
                kind="adjust", account_id=books.account, points=1, reason="", requested_by="x", requested_at=AT
            )

    def test_say_what_they_want(self, books: Books) -> None:
        with pytest.raises(IntegrityError, match="a_request_says_what_it_wants"):
            ChangeRequest.objects.create(
                kind="adjust", account_id=books.account, reason="why", requested_by="x", requested_at=AT
            )
