"""Every statement that the services send names the account whose rows it touches, or is exempt by name."""

import inspect
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from pointclub.earning import queries as earning_queries
from pointclub.earning import services as earning
from pointclub.explain import queries as explain_queries
from pointclub.membership import queries as membership_queries
from pointclub.membership import services as membership
from pointclub.points import queries as points_queries
from pointclub.points import services as points
from pointclub.points.models import Lot
from pointclub.revocation import services as revocation
from pointclub.rewards import queries as rewards_queries
from pointclub.rewards import services as rewards
from tests.architecture.one_schema.scenario import Life
from tests.architecture.one_schema.watching import Watch, watched

# Who may touch rows of all accounts at once. A run over all goes chunk by chunk, which on a cluster is shard by shard.
OVER_MANY_ACCOUNTS = {
    "points.services.lapse._lock_next_due": "nightly: finds the next accounts with points past their day",
    "earning.services.post_pending.post_pending": "nightly: finds the next accounts with points that wait",
    "points.queries.replay.replay_ledger": "goes through all accounts, a thousand at a time, in the order of their ids",
    "points.queries.verify.ledger.verify_ledger": "finds the next accounts whose books are replayed",
    "points.queries.verify.checking.run_checks": "replays all books, accounts from … to …",
    "earning.queries.verify.verify_accruals": "compares all accruals",
    "membership.queries.members.verify_memberships": "compares all memberships with their accounts",
    "rewards.queries.verify.verify_redemptions": "compares all applications",
    "points.queries.heads.stream_heads": "the state of all accounts, sealed for the day",
    "points.queries.month.month_figures": "sums of a month that is over",
    "points.queries.falling_due.count_accounts_due": "asked before a nightly run, for its progress",
    "points.queries.falling_due.find_first_lapse": "asked before nights are made up for",
    "points.queries.falling_due.list_falling_due": "every morning: finds the next accounts to be reminded",
    "earning.queries.waiting.count_accounts_pending": "asked before a nightly run, for its progress",
    "earning.queries.waiting.find_first_pending": "asked before nights are made up for",
    "points.queries.lapses.list_lapses_between": "finds the lots that an announcement would be about",
    "points.services.extend._selected_accounts": "finds the accounts that an announcement is about",
}

# Who may hold the locks of several accounts by one statement, always in the order of their ids.
LOCKING_MANY_ACCOUNTS = {
    "points.services.lapse._lock_next_due": "nightly: a chunk of accounts",
    "earning.services.post_pending.post_accounts": "nightly: a chunk of accounts",
    "earning.services.accrue.lock_before": "micro-batch: accounts with capped campaigns, or closed",
    "earning.services.import_opening_balances._Entries.__call__": "a chunk of a file's rows",
}

# What sends nothing itself: it judges, makes a part of others' questions, or hands on to a function of another name.
# The last three make questions that are asked ahead together with others, and take the answers.
SILENT = {
    "require_points",
    "import_purchases",
    "import_old_members",
    "import_opening_balances",
    "sources_of_member",
    "redemption_questions",
    "stop_question",
    "address_question",
    "owes_address_proof",
    "before_first_version_question",
    "is_redemption_stopped",
}


@pytest.fixture
def watch(db: None) -> Iterator[Watch]:
    with watched() as watch:
        yield watch


@pytest.fixture(scope="module")
def life(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Watch:
    """Give what was seen of a whole life; of the life itself nothing stays."""
    with django_db_blocker.unblock(), transaction.atomic(), watched() as watch:
        Life().go_through_all()
        transaction.set_rollback(True)
    return watch


def own_functions(*modules: object) -> set[str]:
    """Return what the modules offer that may send statements, under the names by which it is seen to."""
    return {
        f"{offered.__module__.removeprefix('pointclub.')}.{name}"
        for module in modules
        for name, offered in vars(module).items()
        if inspect.isfunction(offered) and not name.startswith("_") and name not in SILENT
        if offered.__module__.startswith(module.__name__)  # type: ignore[attr-defined]  # they are modules
    }


def test_every_statement_names_the_account_or_is_exempt(life: Watch) -> None:
    touching = [trouble for trouble in life.troubles if not trouble.is_lock]

    assert [str(trouble) for trouble in touching if trouble.sender not in OVER_MANY_ACCOUNTS] == []


def test_every_lock_is_of_one_account_or_exempt(life: Watch) -> None:
    locks = [trouble for trouble in life.troubles if trouble.is_lock]

    assert [str(trouble) for trouble in locks if not trouble.callers & set(LOCKING_MANY_ACCOUNTS)] == []


def test_the_life_that_is_watched_leaves_no_service_and_no_question_out(life: Watch) -> None:
    offered = own_functions(
        points,
        earning,
        rewards,
        membership,
        revocation,
        points_queries,
        earning_queries,
        rewards_queries,
        membership_queries,
        explain_queries,
    )

    assert len(offered) > 40
    # What is asked together with others is sent by whoever asks; for_merchants by the merchants' interface.
    asked_by_others = {name for name in offered if name.endswith("_question")}
    assert sorted(offered - asked_by_others - life.senders) == []


def test_no_exemption_is_left_over(life: Watch) -> None:
    touching = {trouble.sender for trouble in life.troubles if not trouble.is_lock}
    locking = {caller for trouble in life.troubles if trouble.is_lock for caller in trouble.callers}

    assert set(OVER_MANY_ACCOUNTS) - touching == set()
    assert set(LOCKING_MANY_ACCOUNTS) - locking == set()


def test_a_statement_without_the_account_is_found_with_who_sends_it(watch: Watch) -> None:
    list(Lot.objects.filter(remaining__gt=0))

    (trouble,) = watch.troubles
    assert (trouble.what, trouble.sender) == ("points_lot is touched without its account", "a test")


def test_a_lock_of_two_accounts_by_one_statement_is_found(watch: Watch) -> None:
    people = Life()
    people.found_the_club()

    points.lock_accounts([people.account(people.hanako), people.account(people.leaver)])

    (trouble,) = watch.troubles
    assert trouble.is_lock
    assert trouble.sender == "points.services.post_grants.lock_accounts"


def test_raw_sql_is_watched_too(watch: Watch) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE points_lot SET remaining = remaining WHERE granted < 0")

    assert [trouble.what for trouble in watch.troubles] == ["points_lot is touched without its account"]
