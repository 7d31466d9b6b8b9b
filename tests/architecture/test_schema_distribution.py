"""Every table has its place on a cluster of many machines: spread by account, copied to all, or kept on one."""

import pytest

from pointclub.jobs.database import distribution
from tests.architecture.one_schema.catalog import foreign_keys
from tests.architecture.one_schema.registry import own_tables, spread_tables

COPIED = {
    "earning_campaign": "parts of accruals follow it",
    "earning_rule": "accruals follow it",
    "merchants_merchant": "accruals name it",
    "points_change_request": "transactions name it as their approval",
}

KEPT_ON_ONE = {
    "audit_chain": "an actor's, whose acts touch many accounts; claim of the actor's name",
    "audit_entry": "chained by actor, and searched over all of them",
    "earning_accrual_claim": "claim: unique over all accounts",
    "earning_early_reversal": "nobody's yet",
    "earning_request_key": "claim: a merchant's, over all accounts",
    "exports_download": "goes with its request",
    "exports_file": "goes with its request",
    "exports_request": "asked for by staff, over all accounts",
    "energy_contract": "personal data stays in one place",
    "energy_contract_version": "goes with the contract",
    "energy_contract_link": "goes with the person",
    "files_imported_file": "taken in by one process at a time",
    "files_row_error": "belongs to a file",
    "files_upload": "waits for one worker",
    "membership_identity_check": "goes with the member",
    "membership_member": "looked up by number, claim of the number",
    "membership_membership": "claim of the account",
    "membership_redemption_block": "goes with the membership",
    "membership_exclusion": "a list that screening reads",
    "membership_old_member": "claim of the old number",
    "membership_old_lot": "goes with the old member",
    "membership_registration": "goes with the sign-in, claim of the token",
    "membership_revocation_request": "goes with the membership",
    "merchants_store": "read with its merchant",
    "merchants_terminal_key": "looked up by its digest, whatever it opens",
    "notices_announcement": "a few rows",
    "notices_delivery": "goes with its notice",
    "notices_listed_bounce": "claim: a line of a list",
    "notices_batched_letter": "goes with its delivery",
    "notices_letter_batch": "a few rows",
    "notices_mailing": "a few rows",
    "notices_notice": "goes with the person",
    "notices_trial": "counted by address, network and device",
    "notices_wish": "goes with the person",
    "office_session": "who is in; read by its key",
    "office_submission": "claim: a form counts once",
    "people_contact_address": "personal data stays in one place",
    "people_identity_keyword": "goes with the person",
    "people_known_device": "goes with the sign-in",
    "people_mailed_code": "goes with the sign-in",
    "people_recovery_link": "looked up by its digest, whoever it belongs to",
    "people_sign_in": "goes with the sign-in",
    "people_sign_in_alarm": "over all accounts",
    "people_person": "personal data stays in one place",
    "people_personal_detail": "personal data stays in one place",
    "people_phone_number": "personal data stays in one place",
    "people_sign_in_attempt": "counted by account and network",
    "people_staff_role": "goes with the sign-in",
    "people_unmasking": "goes with the person",
    "people_user": "signs in; claim of the login ID",
    "points_month_close": "a few rows that all acts read",
    "program_night_run": "a few rows a day",
    "program_suspension": "a few rows",
    "program_version": "a few rows",
    "runs_run": "a few rows a day",
    "program_version_request": "a few rows",
    "terms_acceptance": "goes with the person",
}

pytestmark = pytest.mark.django_db


def test_what_is_spread_is_what_accounts_own_each_by_its_account() -> None:
    assert distribution.plan().distributed == spread_tables()


def test_every_table_has_one_place() -> None:
    places = [*spread_tables(), *COPIED, *KEPT_ON_ONE]

    assert sorted(places) == sorted(own_tables())


def test_what_is_copied_is_what_owned_rows_refer_to() -> None:
    assert distribution.plan().copied == sorted(COPIED)


class TestKeys:
    def test_from_what_is_spread_lead_to_what_is_spread_or_copied(self) -> None:
        led_to = {key.target for key in foreign_keys() if key.table in spread_tables()}

        assert led_to <= {*spread_tables(), *COPIED}

    def test_into_what_is_spread_come_from_rows_of_the_same_account(self) -> None:
        column = spread_tables()
        refused_when_spread = [
            str(key)
            for key in foreign_keys()
            if key.target in column
            if (key.columns[0], key.target_columns[0]) != (column.get(key.table), column[key.target])
        ]

        assert refused_when_spread == []

    def test_from_what_is_copied_lead_to_what_is_copied(self) -> None:
        led_to = {key.target for key in foreign_keys() if key.table in COPIED}

        assert led_to <= {*spread_tables(), *COPIED}
