"""Who accepted which text is on record, once (TRM-1)."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from pytest_django import Settings

from pointclub.audit.models import AuditEntry
from pointclub.audit.rules.details import UnrecordableError
from pointclub.foundation import actors
from pointclub.people import services as people
from pointclub.people.models import Person
from pointclub.terms import queries as terms
from pointclub.terms import services
from pointclub.terms.models import TermsAcceptance
from pointclub.terms.rules.documents import Document
from tests.factories.club import STAFF, jst

AT = jst("2026-04-01 09:00")
SHOWN = {
    Document.MEMBERSHIP_TERMS: "2016-04-01",
    Document.POINT_RULES: "2022-04-01",
    Document.ANTISOCIAL_FORCES_DECLARATION: "2016-04-01",
}
SYSTEM = actors.system("registration")


@pytest.fixture
def person(db: None) -> Person:
    return people.record_person(name="山田 花子", at=AT, actor=STAFF)


def accept(person: Person, shown: dict[Document, str] = SHOWN, *, at: dt.datetime = AT, language: str = "ja") -> None:
    services.accept_documents(person=person, shown=shown, language=language, how="registration", at=at, actor=SYSTEM)


@pytest.mark.rule("TRM-1")
class TestAcceptingDocuments:
    def test_keeps_which_version_when_and_how(self, person: Person) -> None:
        accept(person, language="en")

        kept = {each.document: each for each in terms.acceptances_of(person.id)}
        rules = kept[Document.POINT_RULES]
        assert {document: each.version for document, each in kept.items()} == SHOWN
        assert (rules.manner, rules.how, rules.language) == ("explicit", "registration", "en")
        assert (rules.accepted_at, rules.recorded_by) == (AT, "system:registration")
        assert bytes(rules.digest) == terms.in_force(Document.POINT_RULES, on=dt.date(2026, 4, 1)).digest

    def test_said_twice_is_kept_once(self, person: Person) -> None:
        accept(person)
        accept(person, at=jst("2026-05-01 09:00"))

        assert [each.accepted_at for each in terms.acceptances_of(person.id)] == [AT] * 3
        assert AuditEntry.objects.filter(act="terms.accept_documents").count() == 1

    def test_adds_what_was_not_accepted_before(self, person: Person) -> None:
        accept(person)
        accept(person, SHOWN | {Document.PORTAL_TERMS: "2017-02-01"}, at=jst("2026-05-01 09:00"))

        latest = terms.acceptances_of(person.id)[0]
        last = AuditEntry.objects.filter(act="terms.accept_documents").order_by("sequence").last()
        assert latest.document == Document.PORTAL_TERMS
        assert last is not None
        assert last.details["versions"] == {"portal-terms": "2017-02-01"}

    def test_is_another_acceptance_where_the_words_are_others(self, person: Person, settings: Settings) -> None:
        accept(person)
        settings.ENVIRONMENT = dataclasses.replace(settings.ENVIRONMENT, club_name_ja="あかりポイントクラブ")
        accept(person)

        digests = {
            bytes(each.digest) for each in terms.acceptances_of(person.id) if each.document == Document.POINT_RULES
        }
        assert len(digests) == 2

    def test_is_in_the_audit_log_without_words(self, person: Person) -> None:
        accept(person)

        entry = AuditEntry.objects.get(act="terms.accept_documents")
        assert (entry.subject_kind, entry.subject_id) == ("person", str(person.id))
        assert entry.details == {
            "versions": {str(document): version for document, version in SHOWN.items()},
            "language": "ja",
            "how": "registration",
        }

    @pytest.mark.usefixtures("fresh_database")
    def test_by_two_at_once_keeps_it_once(self) -> None:
        person = people.record_person(name="山田 花子", at=AT, actor=STAFF)
        together = threading.Barrier(2)

        def accept_with_the_other() -> None:
            together.wait()
            accept(person)
            connection.close()

        threads = [threading.Thread(target=accept_with_the_other) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(terms.acceptances_of(person.id)) == len(SHOWN)
        assert AuditEntry.objects.filter(act="terms.accept_documents").count() == 1


@pytest.mark.rule("TRM-1")
class TestAVersionThatIsNotInForce:
    @pytest.mark.parametrize(
        ("version", "at"),
        [
            ("2016-04-01", AT),
            ("2022-04-01", jst("2022-03-31 23:59")),
            ("2016-04-01", jst("2022-04-01 00:00")),
            ("2030-01-01", AT),
        ],
        ids=["superseded", "still to come", "superseded at midnight in Japan", "unknown"],
    )
    def test_is_refused_and_nothing_is_kept(self, person: Person, version: str, at: dt.datetime) -> None:
        with pytest.raises(services.DocumentSupersededError) as refused:
            accept(person, SHOWN | {Document.POINT_RULES: version}, at=at)

        assert refused.value.code == "document_superseded"
        assert refused.value.details == {"documents": ["point-rules"]}
        assert terms.acceptances_of(person.id) == []

    def test_is_taken_until_the_last_minute_of_its_last_day(self, person: Person) -> None:
        accept(person, SHOWN | {Document.POINT_RULES: "2016-04-01"}, at=jst("2022-03-31 23:59"))

        assert len(terms.acceptances_of(person.id)) == len(SHOWN)

    def test_cannot_be_accepted_before_the_document_exists(self, person: Person) -> None:
        with pytest.raises(terms.NoDocumentInForceError):
            accept(person, {Document.PORTAL_TERMS: "2017-02-01"}, at=jst("2017-01-31 23:59"))


class TestTheRecord:
    @pytest.mark.parametrize("change", [{"version": "2016-04-01"}, {"manner": "deemed"}, {"digest": b""}])
    def test_cannot_be_changed(self, person: Person, change: dict[str, object]) -> None:
        accept(person)

        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            TermsAcceptance.objects.filter(person=person).update(**change)

    def test_cannot_be_deleted(self, person: Person) -> None:
        accept(person)

        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            TermsAcceptance.objects.filter(person=person).delete()

    def test_takes_no_language_that_no_text_has(self, person: Person) -> None:
        with pytest.raises(IntegrityError, match="a_text_is_accepted_in_a_language_it_has"), transaction.atomic():
            accept(person, language="fr")

    def test_takes_a_code_for_the_occasion_and_no_words(self, person: Person) -> None:
        with pytest.raises(UnrecordableError), transaction.atomic():
            services.accept_documents(person=person, shown=SHOWN, language="ja", how="電話 で", at=AT, actor=SYSTEM)


class TestDocuments:
    def test_have_versions_from_the_earliest_on(self) -> None:
        assert [each.version for each in terms.versions_of(Document.POINT_RULES)] == ["2016-04-01", "2022-04-01"]

    def test_are_found_by_version_in_force_or_not(self) -> None:
        assert terms.get_version(Document.POINT_RULES, "2016-04-01").effective_from == dt.date(2016, 4, 1)

    @pytest.mark.parametrize("version", ["2016-04-02", "", "../point-rules/2016-04-01"])
    def test_have_no_other_versions(self, version: str) -> None:
        with pytest.raises(terms.UnknownDocumentVersionError):
            terms.get_version(Document.POINT_RULES, version)

    @pytest.mark.parametrize("document", Document)
    def test_are_all_in_force_today(self, document: Document) -> None:
        assert terms.in_force(document, on=dt.date(2026, 11, 22)).document == document
