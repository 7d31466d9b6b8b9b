"""Whatever changes anything is recorded, and no entry holds what somebody typed, but for its reason."""

from __future__ import annotations

import importlib.util
import inspect
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

import pointclub
from pointclub.audit import queries, services
from pointclub.audit.models import AuditEntry
from pointclub.office.act_words import ACTS, SUBJECTS
from tests.audit.marked_life import MARKS, REASON, MarkedLife

# What is offered and records nothing itself, with the reason why nothing goes unrecorded by that.
NOT_RECORDED_BY_ITSELF = {
    "earning.services.accrue_once.accrue_once": "a merchant's own sales: each has its claim, and each call its key",
    "earning.services.import_opening_balances.import_opening_balances": "hands on to import_file",
    "earning.services.import_purchases.import_purchases": "hands on to import_file",
    "earning.services.post_pending.post_accounts": "part of a run or of the act that a late sale belongs to",
    "earning.services.post_pending.post_pending": "a run: record_night, or begin_run and finish_run",
    "energy.services.import_contracts.import_contracts": "hands on to import_file",
    "energy.services.tries.try_contract": "a row of people_sign_in_attempt is its record",
    "people.services.address_proofs.issue_address_proof": "changes nothing; the notice that carries it is on file",
    "notices.services.bounces.take_bounce": "the row of notices_delivery says it; a mark on an address is recorded",
    "notices.services.bounces.take_listed_bounce": "a row of notices_listed_bounce says it; a mark is recorded",
    "notices.services.mailings.carry_on_mailing": "rows of notices_notice are its record; the request is recorded",
    "membership.services.address_proofs.mail_address_proofs": "a row of notices_notice is its record",
    "notices.services.outlet.open_outlet": "changes nothing",
    "notices.services.reading.note_read": "the row of notices_notice says when",
    "exports.services.letters.put_letters_back": "hands on to the notices' own, which records it",
    "notices.services.reading.stop_by_link": "hands on to stop_advertising",
    "notices.services.send.erase_expired": "the row of notices_notice says that it was erased",
    "notices.services.send.send_next": "the row of notices_delivery says what became of it",
    "notices.services.tell.tell": "a row of notices_notice is its record; the act that it tells of is recorded",
    "notices.services.trials.send_trial": "a row of notices_trial is its record",
    "membership.services.import_old_members.import_old_members": "hands on to import_file",
    "membership.services.signing_in.as_actor": "changes nothing",
    "membership.services.signing_in.come_in": "hands on to begin_sign_in",
    "membership.services.signing_in.mail_sign_in_code": "hands on to draw_mailed_code",
    "membership.services.signing_in.tell_of_change": "tells of an act that is recorded",
    "membership.services.recovery.mail_password_link": "hands on to draw_recovery_link",
    "membership.services.recovery.remind_of_login_id": "changes nothing; the notice that carries it is on file",
    "people.services.mailed_codes.draw_mailed_code": "a row of people_mailed_code is its record",
    "people.services.mailed_codes.take_mailed_code": "the row of people_mailed_code says when it was used",
    "people.services.passkeys.show_passkey": "the stay that it begins is a row of people_sign_in",
    "people.services.recovery_links.draw_recovery_link": "a row of people_recovery_link is its record",
    "people.services.stays.hold_stay": "changes nothing",
    "people.services.sign_ins.begin_sign_in": "a row of people_sign_in is its record",
    "people.services.sign_ins.end_sign_in": "the row of people_sign_in says when and how it ended",
    "people.services.attempts.begin_attempt": "a row of people_sign_in_attempt is its record",
    "people.services.attempts.note_success": "a row of people_sign_in_attempt is its record",
    "people.services.unmask.note_unmasked": "part of unmask and of request_export",
    "files.services.check.checked_file": "changes nothing",
    "files.services.error_file.write_error_file": "writes a file beside the one that was imported",
    "files.services.uploads.finish_upload": "the import that the upload becomes is recorded",
    "files.services.uploads.hold_upload": "changes nothing but when it is tried again",
    "files.services.uploads.link_upload": "names the import that the upload became, which is recorded",
    "files.services.uploads.note_upload_begun": "a sign of life",
    "files.services.uploads.refuse_upload": "nothing was taken in; that it was handed in is recorded",
    "points.services.extend.count_selected_accounts": "changes nothing",
    "points.services.forfeit.forfeit_points": "part of end_membership; chained in the ledger",
    "points.services.lapse.lapse_all_due": "a run: record_night, or begin_run and finish_run",
    "points.services.post_grants.lock_accounts": "changes nothing",
    "points.services.post_grants.post_staged_grants": "part of post_accounts",
    "points.services.post_grants.prepare_staging": "makes a table that lasts as long as the connection",
    "points.services.redeem.redeem_points": "part of apply_for_rewards; chained in the ledger",
    "points.services.redeem.redemption_questions": "changes nothing",
    "points.services.refusals.require_points": "changes nothing",
    "points.services.restore.restore_points": "part of rejoin; chained in the ledger",
    "points.services.return_points.return_points": "part of return_line; chained in the ledger",
    "points.services.return_points.returned_so_far": "changes nothing",
    "runs.services.note_progress": "a sign of life of a run whose begin and end are recorded",
    "runs.services.take_up_next": "how work is shared among workers; the run's begin and end are recorded",
    "points.services.take_back.take_back_points": "part of correct and reverse; chained in the ledger",
}


@dataclass(slots=True)
class Lived:
    """What is left of a life: who recorded, and the entries."""

    recorders: set[str] = field(default_factory=set)
    entries: list[Mapping[str, Any]] = field(default_factory=list)
    differences: list[queries.AuditDifference] = field(default_factory=list)


@pytest.fixture(scope="module")
def lived(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Lived:
    """Live through everything; of the life itself nothing stays."""
    lived = Lived()
    with (
        pytest.MonkeyPatch.context() as patch,
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        _watch(patch, lived.recorders)
        MarkedLife().go_through_all()
        lived.entries = [*AuditEntry.objects.values()]
        lived.differences = list(queries.verify_audit())
        transaction.set_rollback(True)
    return lived


def _watch(patch: pytest.MonkeyPatch, recorders: set[str]) -> None:
    """Let every recording also say through which of our functions it came."""
    record_act = services.record_act

    def watched(**facts: Any) -> None:
        recorders.update(_our_callers())
        record_act(**facts)

    patch.setattr(services, "record_act", watched)


def _our_callers() -> Iterator[str]:
    frame = sys._getframe(1)
    while frame.f_back is not None:
        frame = frame.f_back
        module = frame.f_globals.get("__name__", "")
        if module.startswith("pointclub."):
            yield f"{module.removeprefix('pointclub.')}.{frame.f_code.co_qualname}"


def offered_services() -> set[str]:
    """Return every function that the packages' services offer, wherever a package has any."""
    offered: set[str] = set()
    for package in pkgutil.iter_modules(pointclub.__path__, "pointclub."):
        is_offering = package.ispkg and importlib.util.find_spec(f"{package.name}.services") is not None
        if not is_offering or package.name == "pointclub.audit":
            continue
        module = importlib.import_module(f"{package.name}.services")
        offered |= {
            f"{function.__module__.removeprefix('pointclub.')}.{name}"
            for name, function in vars(module).items()
            if inspect.isfunction(function) and not name.startswith("_")
            if function.__module__.startswith(module.__name__)
        }
    return offered


@pytest.mark.rule("STF-3")
class TestEveryService:
    def test_records_what_it_does_or_is_known_to_be_recorded_elsewhere(self, lived: Lived) -> None:
        offered = offered_services()

        assert len(offered) > 50
        assert sorted(offered - lived.recorders - set(NOT_RECORDED_BY_ITSELF)) == []

    def test_that_is_recorded_elsewhere_is_there_and_does_not_record_too(self, lived: Lived) -> None:
        assert sorted(set(NOT_RECORDED_BY_ITSELF) - offered_services()) == []
        assert sorted(set(NOT_RECORDED_BY_ITSELF) & lived.recorders) == []

    def test_leaves_a_log_that_holds_together(self, lived: Lived) -> None:
        assert len(lived.entries) > 100
        assert lived.differences == []

    def test_names_its_act_after_itself(self, lived: Lived) -> None:
        functions = {f"{path.split('.')[0]}.{path.split('.')[-1]}" for path in offered_services()}

        # A part of an act that has no function of its own to be called by.
        assert {entry["act"] for entry in lived.entries} - functions == {"earning.keep_early_reversal", "files.hold"}

    def test_has_words_in_the_office(self, lived: Lived) -> None:
        assert {entry["act"] for entry in lived.entries} - set(ACTS) == set()
        assert set(ACTS) - {entry["act"] for entry in lived.entries} == set()
        assert {entry["subject_kind"] for entry in lived.entries} == set(SUBJECTS)


@pytest.mark.rule("STF-3")
class TestWhatSomebodyTyped:
    def test_is_in_no_entry(self, lived: Lived) -> None:
        marked = [
            (entry["act"], column)
            for entry in lived.entries
            for column, value in entry.items()
            if column != "reason" and any(mark in str(value) for mark in (*MARKS, "試験"))
        ]

        assert marked == []

    def test_is_in_a_reason_where_it_was_given_as_one(self, lived: Lived) -> None:
        reasons = {entry["act"]: entry["reason"] for entry in lived.entries if REASON in entry["reason"]}

        assert reasons == dict.fromkeys(
            (
                "earning.correct",
                "earning.keep_early_reversal",
                "earning.reverse",
                "exports.request_export",
                "membership.add_exclusion",
                "membership.admit_application",
                "membership.block_redemption",
                "membership.decline_application",
                "membership.end_exclusion",
                "membership.lift_block",
                "membership.request_revocation",
                "merchants.revoke_key",
                "notices.put_letters_back",
                "notices.withdraw_announcement",
                "people.unmask",
                "points.request_adjustment",
                "program.request_version",
                "rewards.return_line",
            ),
            REASON,
        )

    def test_is_in_no_other_reason(self, lived: Lived) -> None:
        reasons = {entry["reason"] for entry in lived.entries}

        assert [reason for reason in reasons - {REASON} if any(mark in reason for mark in MARKS)] == []
