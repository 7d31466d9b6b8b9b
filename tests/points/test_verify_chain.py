"""Whatever the owner of the tables changes in what was written, a hash that no longer follows names it (I6)."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar
from uuid import UUID

import pytest
from django.db import connection, models

from pointclub.membership.models import Member
from pointclub.points import queries
from pointclub.points import services as points
from pointclub.points.models import Account, Lot, Posting, Transaction
from tests.factories.club import STAFF, Club, approve, jst, redeem, reverse
from tests.harness.tampering import drop_constraints, tamper

pytestmark = pytest.mark.usefixtures("as_owner")

# Another value for a column of each type; what is null becomes a value.
OTHERWISE: dict[type[models.Field[Any, Any]], str] = {
    models.UUIDField: "gen_random_uuid()",
    models.ForeignKey: "gen_random_uuid()",
    models.BigIntegerField: "{0} + 1",
    models.PositiveIntegerField: "{0} + 1",
    models.CharField: "{0} || 'x'",
    models.TextField: "{0} || 'x'",
    models.DateField: "{0} + 1",
    models.DateTimeField: "{0} + interval '1 microsecond'",
    models.BinaryField: "CASE WHEN {0} IS NULL THEN 'x' ELSE set_byte({0}, 0, get_byte({0}, 0) # 1) END",
}


@pytest.fixture
def member(as_owner: None) -> Member:
    """Let all writers write, the lapse two lots at once."""
    club = Club()
    member, shop = club.member(), club.merchant()
    club.open_balance(member, {"2026-04-29": 5, "2026-04-30": 50, "2026-12-31": 100}, at=jst("2026-04-01 12:00"))
    for reference in ("first", "second"):
        club.buy(member, shop, 10_000, at=jst("2026-04-02 12:00"), reference=reference)
    club.update(at=jst("2026-04-03 01:00"))
    redeem(member, 3, at=jst("2026-04-03 12:00"))
    club.lapse(at=jst("2026-05-01 00:05"))
    reverse(shop, "first", at=jst("2026-05-01 12:00"))
    facts: dict[str, Any] = {"reason": "詫び 試験様", "at": jst("2026-05-02 12:00"), "actor": STAFF}
    selection = points.LotSelection(dt.date(2026, 12, 31), dt.date(2026, 12, 31))
    extension = points.request_extension(selection=selection, usable_through=dt.date(2027, 6, 30), **facts)
    adjustment = points.request_adjustment(account_id=of(member), points=7, usable_through=None, **facts)
    for request in (extension, adjustment):
        approve(request, at=jst("2026-05-02 12:00"))
    assert found(member) == []
    return member


def of(member: Member) -> UUID:
    return member.membership.account_id


def found(member: Member) -> list[str]:
    """Return what differs in that account."""
    return [
        difference.what
        for chunk in queries.verify_ledger()
        for difference in chunk.differences
        if difference.account_id == of(member)
    ]


def columns(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return list(model._meta.local_concrete_fields)


def change(row: models.Model, field: models.Field[Any, Any]) -> None:
    drop_constraints("points_account", "points_lot", "points_transaction", "points_posting")
    otherwise = OTHERWISE[type(field)].format(field.column)
    tamper(
        f"UPDATE {row._meta.db_table} SET {field.column} = {otherwise} WHERE account_id = %s AND id = %s",  # noqa: S608 -- names of columns
        *row.pk,
    )


def extended(member: Member) -> Transaction:
    return Transaction.objects.get(account_id=of(member), kind="extend")


class TestEachColumn:
    # What is said where the transaction's own hash is not what differs.
    OF_TRANSACTIONS: ClassVar = {
        "account_id": "account last_sequence",
        "sequence": "transaction {1} hash",
        "reason": "transaction {0} reason",
        "reason_salt": "transaction {0} reason",
    }
    OF_LOTS: ClassVar = {"granted": "lot {1} granted", "remaining": "lot {1} remaining"}

    @pytest.mark.parametrize("field", columns(Transaction), ids=lambda field: field.column)
    def test_of_a_transaction_that_was_changed_is_found(self, member: Member, field: models.Field[Any, Any]) -> None:
        written = extended(member)

        change(written, field)

        named = self.OF_TRANSACTIONS.get(field.column, "transaction {0} hash").format(
            written.sequence, written.sequence + 1
        )
        assert named in found(member)

    @pytest.mark.parametrize("field", columns(Posting), ids=lambda field: field.column)
    def test_of_a_posting_that_was_changed_is_found(self, member: Member, field: models.Field[Any, Any]) -> None:
        written = extended(member)
        (posting, *_) = Posting.objects.filter(account_id=of(member), transaction_id=written.id)

        change(posting, field)

        assert f"transaction {written.sequence} hash" in found(member)

    @pytest.mark.parametrize("field", columns(Lot), ids=lambda field: field.column)
    def test_of_a_lot_that_was_changed_is_found(self, member: Member, field: models.Field[Any, Any]) -> None:
        written = extended(member)
        lot = Lot.objects.get(account_id=of(member), kind="extended")

        change(lot, field)

        named = self.OF_LOTS.get(field.column, "transaction {0} hash").format(written.sequence, lot.id)
        assert named in found(member)

    def test_of_an_account_by_which_its_chain_begins_or_ends_is_found(self, member: Member) -> None:
        account = Account.objects.filter(id=of(member))

        account.update(opened_at=jst("2020-01-01 09:01"))
        assert found(member) == ["transaction 1 hash"]

        account.update(opened_at=jst("2020-01-01 09:00"), head=bytes(32))
        assert found(member) == ["account head"]


class TestEachWriter:
    @pytest.mark.parametrize("kind", ["opening", "update", "redeem", "lapse", "take_back", "extend", "adjust"])
    def test_is_held_to_what_it_wrote(self, member: Member, kind: str) -> None:
        (written, *_) = Transaction.objects.filter(account_id=of(member), kind=kind).order_by("sequence")

        tamper("UPDATE points_transaction SET actor = 'x' WHERE account_id = %s AND id = %s", *written.pk)

        assert found(member) == [f"transaction {written.sequence} hash"]


class TestWhatIsMissingOrTooMuch:
    def test_between_two_transactions_is_found_by_the_next_hash(self, member: Member) -> None:
        gone = Transaction.objects.get(account_id=of(member), sequence=3)
        drop_constraints("points_transaction", "points_posting")
        tamper("DELETE FROM points_posting WHERE account_id = %s AND transaction_id = %s", *gone.pk)
        tamper("DELETE FROM points_transaction WHERE account_id = %s AND id = %s", *gone.pk)

        assert "transaction 4 hash" in found(member)

    def test_of_postings_is_found_by_the_hash_of_their_transaction(self, member: Member) -> None:
        written = extended(member)
        (posting, *_) = Posting.objects.filter(account_id=of(member), transaction_id=written.id)
        for points_ in (5, -5):
            Posting.objects.create(
                account_id=of(member),
                transaction_id=written.id,
                lot_id=posting.lot_id,
                points=points_,
                contra=Posting.Contra.MOVED,
            )

        assert f"transaction {written.sequence} hash" in found(member)

    def test_of_lots_is_found(self, member: Member) -> None:
        lot = Lot.objects.create(
            account_id=of(member),
            kind=Lot.Kind.SPECIAL,
            usable_through=dt.date(2026, 12, 31),
            first_posted_on=dt.date(2026, 4, 1),
        )

        assert found(member) == [f"lot {lot.id} is named by no posting"]

    def test_account_without_transactions_has_the_head_it_was_opened_with(self) -> None:
        newcomer = Club().member()
        assert found(newcomer) == []

        Account.objects.filter(id=of(newcomer)).update(opened_at=jst("2020-01-01 09:01"))

        assert found(newcomer) == ["account head"]


class TestReasons:
    def test_that_are_erased_together_with_their_salt_leave_the_chain_whole(self, member: Member) -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE points_transaction SET reason = '', reason_salt = NULL WHERE reason <> ''")
            assert cursor.rowcount == 2

        assert found(member) == []

    def test_of_which_only_the_salt_is_gone_are_found(self, member: Member) -> None:
        drop_constraints("points_transaction")
        tamper("UPDATE points_transaction SET reason_salt = NULL WHERE account_id = %s AND kind = 'extend'", of(member))

        assert found(member) == [f"transaction {extended(member).sequence} reason"]

    def test_of_the_same_words_have_digests_of_their_own(self, member: Member) -> None:
        reasoned = Transaction.objects.filter(account_id=of(member)).exclude(reason="")

        assert [written.reason for written in reasoned] == ["詫び 試験様"] * 2
        assert len({bytes(written.reason_digest or b"") for written in reasoned}) == 2

    def test_are_not_among_what_is_hashed(self, member: Member) -> None:
        tamper(
            "UPDATE points_transaction SET reason = '別人', reason_salt = %s WHERE account_id = %s AND kind = 'extend'",
            bytes(16),
            of(member),
        )

        assert found(member) == [f"transaction {extended(member).sequence} reason"]
