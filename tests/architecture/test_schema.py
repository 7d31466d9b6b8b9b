"""What an account owns is keyed by the account, in the models and in the database."""

import pytest
from django.db import connection, models

from tests.architecture.one_schema.catalog import foreign_keys, unique_keys
from tests.architecture.one_schema.registry import (
    key_of,
    layers_of_packages,
    models_that_name_an_account,
    own_models,
    own_tables,
    owned_models,
    owned_tables,
    spread_tables,
)

# Who knows of accounts without belonging to one. Everything else that names an account is keyed by it.
BESIDE_THE_ACCOUNTS = {
    "membership.Membership": "says whose the account is",
    "points.ChangeRequest": "is asked for and decided by staff, for one account, two or all",
    "earning.AccrualClaim": "is the claim table: unique across accounts, it says which one owns a reference",
}

# What exists once over all accounts has a table of its own, whose key it is. Ids say nothing and are left out.
UNIQUE_OVER_ALL = {
    "audit_chain (name)": "an actor's acts are one chain",
    "audit_entry (chain, sequence)": "the entries of a chain are numbered",
    "earning_accrual_claim (merchant_id, reference)": "claim: a sale counts once, whoever's it is (ACC-6)",
    "earning_accrual_claim (merchant_id, receipt_number)": "claim: a receipt number names one sale",
    "earning_request_key (merchant_id, key)": "claim: a call has its effect once, whoever it is about (ACC-6)",
    "earning_early_reversal (merchant_id, reference, key)": "a reversal that nobody owns yet counts once",
    "earning_campaign (code, version)": "catalogue: versions are numbered",
    "exports_file (request_id)": "an export is one file",
    "energy_contract (reference)": "claim: the billing system's number names one contract",
    "energy_contract_version (contract_id, changed_at)": "a contract says one thing at a time",
    "energy_contract_link (contract_id)": "a contract is linked to one person",
    "files_imported_file (sha256)": "a file is taken in once",
    "files_imported_file (feed, sender, sequence_number)": "the files of a sender come in a row",
    "files_row_error (file_id, line)": "a line is reported once",
    "membership_member (number)": "claim: a member number names one person",
    "membership_member (membership_id)": "a membership has one primary member",
    "membership_member (person_id)": "nobody is family of two primaries",
    "membership_membership (account_id)": "claim: an account belongs to one membership",
    "membership_membership (restored_former_id)": "a former membership is restored once (END-6)",
    "membership_old_member (number_index)": "claim: an old member's number names one old membership",
    "membership_old_member (moved_to_id)": "one old membership's points go to a membership (REG-6)",
    "membership_old_lot (entry_index)": "claim: an entry of the older system counts once",
    "membership_registration (token)": "claim: a form counts once",
    "membership_registration (user_id)": "a sign-in was registered once, and joins the club later once",
    "membership_registration (member_id)": "a member came by one registration",
    "membership_revocation_request (membership_id)": "one revocation of a membership waits at a time",
    "membership_revocation_request (id, membership_id, approved_by)": "what a revoked membership's key leads to",
    "merchants_merchant (number)": "catalogue: a merchant's number",
    "merchants_store (merchant_id, code)": "catalogue: a store's code",
    "merchants_terminal_key (digest)": "a secret opens one key",
    "membership_redemption_block (membership_id)": "a membership is blocked once at a time",
    "notices_batched_letter (batch_id, delivery_id)": "a letter is in a print file once",
    "notices_delivery (notice_id, address_id)": "a notice goes to an address once",
    "notices_delivery (notice_id, channel)": "a notice is on a page once",
    "notices_listed_bounce (digest)": "claim: a line of a list counts once",
    "notices_notice (once)": "claim: an act tells once",
    "office_session (digest)": "a key opens one stay",
    "office_submission (token)": "claim: a form counts once",
    "people_contact_address (person_id, kind)": "one current address of a kind",
    "people_identity_keyword (person_id)": "one current keyword",
    "people_known_device (user_id, digest)": "a browser is known to somebody once",
    "people_recovery_link (digest)": "a secret opens one link",
    "people_personal_detail (person_id, kind)": "one current value of a kind",
    "people_phone_number (person_id, kind)": "one current number of a kind",
    "people_staff_role (given_by)": "one administrator of an installation was named by nobody",
    "people_staff_role (user_id, role)": "a role is held once at a time",
    "people_user (login_id)": "claim: a login ID signs one person in",
    "people_user (person_id)": "a person has one login ID",
    "points_month_close (month_end)": "a month is closed once",
    "program_night_run (job, night)": "a night is recorded once",
    "runs_run (kind, night)": "the clock asks once a night for each kind",
    "program_version (code)": "catalogue: a version's code",
    "program_version (request_id)": "a request makes one version",
    "program_version_request (id, approved_by)": "what a version's key to its approval leads to",
    "program_version (effective_from)": "catalogue: one version takes effect on a day",
    "terms_acceptance (person_id, document, version, digest)": "a text is accepted once",
}


class TestTheModels:
    def test_everything_that_names_an_account_belongs_to_it_or_says_why_not(self) -> None:
        owned = {model._meta.label for model in owned_models()}

        assert set(models_that_name_an_account()) - owned - {"points.Account"} == set(BESIDE_THE_ACCOUNTS)

    def test_what_an_account_owns_is_keyed_by_account_and_id(self) -> None:
        keys = {model._meta.label: key_of(model) for model in owned_models()}

        assert len(keys) >= 8
        assert {label: key for label, key in keys.items() if key != ["account", "id"]} == {}

    def test_foreign_keys_point_down_or_stay_inside(self) -> None:
        height = layers_of_packages()
        upwards = [
            f"{field.model._meta.label}.{field.name} -> {target._meta.label}"
            for model in own_models()
            for field in model._meta.get_fields()
            if isinstance(field, models.ForeignObject)
            for target in [field.remote_field.model]
            if target._meta.app_label != model._meta.app_label
            and height.get(target._meta.app_label, -1) >= height[model._meta.app_label]
        ]

        assert upwards == []


@pytest.mark.django_db
class TestUniqueKeys:
    def test_of_what_an_account_owns_contain_the_account(self) -> None:
        column = spread_tables()
        wrong = [str(key) for key in unique_keys() if key.table in column and column[key.table] not in key.columns]

        assert wrong == []

    def test_of_what_an_account_owns_begin_with_the_account(self) -> None:
        primary = {key.table: key.columns for key in unique_keys() if key.is_primary and key.table in owned_tables()}

        assert primary == dict.fromkeys(owned_tables(), ("account_id", "id"))

    def test_over_all_accounts_are_all_known_with_their_reasons(self) -> None:
        others = own_tables() - set(spread_tables())
        unique = {str(key) for key in unique_keys() if key.table in others and key.columns != ("id",)}

        assert unique == set(UNIQUE_OVER_ALL)


@pytest.mark.django_db
class TestForeignKeys:
    def test_between_what_an_account_owns_begin_with_the_account_on_both_sides(self) -> None:
        column = spread_tables()
        wrong = [
            str(key)
            for key in foreign_keys()
            if key.table in owned_tables() and key.target in column
            if (key.columns[0], key.target_columns[0]) != ("account_id", column[key.target])
        ]

        assert wrong == []

    def test_tie_each_owned_row_to_its_account_and_to_the_owned_rows_it_names(self) -> None:
        inside = {str(key) for key in foreign_keys() if key.table in owned_tables() and len(key.columns) > 1}
        to_accounts = {key.table for key in foreign_keys() if key.target == "points_account"}

        assert owned_tables() <= to_accounts
        assert inside == {
            "points_posting (account_id, transaction_id) -> points_transaction (account_id, id)",
            "points_posting (account_id, lot_id) -> points_lot (account_id, id)",
            "earning_accrual_part (account_id, accrual_id) -> earning_accrual (account_id, id)",
            "earning_accrual_change (account_id, accrual_id) -> earning_accrual (account_id, id)",
            "rewards_redemption_order (account_id, transaction_id) -> points_transaction (account_id, id)",
            "rewards_redemption_line (account_id, order_id) -> rewards_redemption_order (account_id, id)",
        }

    def test_from_what_an_account_owns_lead_to_no_sign_in_tables(self) -> None:
        led_to = {key.target for key in foreign_keys() if key.table in spread_tables()}

        assert not {table for table in led_to if table.startswith(("auth_", "django_", "people_", "procrastinate_"))}

    def test_of_the_whole_database_point_down_too(self) -> None:
        height = layers_of_packages()
        package = {model._meta.db_table: model._meta.app_label for model in own_models()}
        upwards = [
            str(key)
            for key in foreign_keys()
            if key.table in package and package.get(key.target) != package[key.table]
            if height.get(package.get(key.target, ""), height[package[key.table]]) >= height[package[key.table]]
        ]

        assert upwards == []

    def test_are_checked_at_once(self) -> None:
        assert [str(key) for key in foreign_keys() if key.is_deferrable] == []


@pytest.mark.django_db
class TestOwnedTables:
    def test_have_no_triggers(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY(%s)",
                [list(spread_tables())],
            )
            assert cursor.fetchall() == []

    def test_get_their_values_from_python_or_from_the_statement(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT attrelid::regclass::text, attname FROM pg_attribute
                WHERE attrelid::regclass::text = ANY(%s) AND attnum > 0 AND (atthasdef OR attidentity <> '')
                """,
                [list(spread_tables())],
            )
            assert cursor.fetchall() == []
