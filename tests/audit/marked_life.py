"""A life in which every text that somebody types carries a mark, so that one can look where it went."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from pointclub.earning import services as earning
from pointclub.earning.rules.amount import Bonus
from pointclub.earning.rules.bill import BilledEnergy, BillFacts
from pointclub.earning.rules.requests import AccrualRequest, Correction, NewPrice, Reversal, Sending
from pointclub.exports import services as exports
from pointclub.exports.models import ExportRequest
from pointclub.files import services as files
from pointclub.files.rules.feeds import PURCHASES
from pointclub.foundation import actors
from pointclub.foundation.refusals import UnavailableError
from pointclub.membership import services as membership
from pointclub.membership.models import Member, RedemptionBlock
from pointclub.membership.rules.identity import IdentityQuestion
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from pointclub.notices import services as notices
from pointclub.notices.rules.kinds import Kind
from pointclub.people import authenticator
from pointclub.people import queries as people_queries
from pointclub.people import services as people
from pointclub.people.models import ContactAddress, User
from pointclub.people.rules.permissions import Role
from pointclub.people.rules.personal_fields import PersonalField
from pointclub.points import services as points
from pointclub.program import services as program
from pointclub.program.models import NightRun, Suspension
from pointclub.revocation import services as revocation
from pointclub.rewards import queries as rewards_queries
from pointclub.rewards import services as rewards
from pointclub.rewards.models import RedemptionLine
from pointclub.runs import services as runs
from pointclub.runs.models import Run
from tests.architecture.one_schema.scenario import Life, incoming, run
from tests.architecture.one_schema.sign_ins import come_in_by_every_way
from tests.audit.marked_joining import be_looked_at, change_details, use_the_portal
from tests.factories.club import ONE_PER_100_YEN, OTHER_STAFF, STAFF, Club, jst
from tests.factories.revocations import ask_for_revocation
from tests.factories.staff import staff

NAME = "印山マーカー花子"
WORD = "shirushiyama"
REASON = "印山マーカーの申し出による"
MARKS = (NAME, WORD, "印山", "マーカー")

_AT = jst("2030-02-01 12:00")
_SOLD = jst("2030-02-01 11:00")
_TODAY = dt.date(2030, 2, 1)


class MarkedClub(Club):
    """A club whose references carry the mark."""

    def reference(self) -> str:
        return f"{WORD}-{super().reference()}"


@dataclass
class MarkedLife(Life):
    """The life that every service takes part in, and after it each act again whose words are free."""

    club: Club = field(default_factory=MarkedClub)
    marked: Member = field(init=False)
    marked_shop: Merchant = field(init=False)

    def go_through_all(self) -> None:
        super().go_through_all()
        self.name_people_and_places()
        self.hire_and_let_go()
        self.know_who_calls()
        self.hand_out_lists()
        self.sell_and_put_right()
        self.use_and_return()
        self.ask_in_words()
        self.bring_marked_files()
        self.run_by_hand()
        self.come_in_and_hand_in()
        self.be_told()
        self.be_thrown_out()

    def name_people_and_places(self) -> None:
        person = people.record_person(name=NAME, at=_AT, actor=STAFF)
        user = people.register_user(person=person, login_id=WORD, password=f"{WORD}12", at=_AT, actor=STAFF)
        change_details(person, user, name=NAME, word=WORD, at=_AT)
        come_in_by_every_way(user, word=WORD, password=f"{WORD[:8]}56", at=_AT)
        use_the_portal(person, name=NAME, at=_AT)
        be_looked_at(name=NAME, word=WORD, reason=REASON, at=_AT)
        self.marked = self.club.member(at=_SOLD)
        shop = self.marked_shop = merchants.admit_merchant(
            number="777777", name=NAME, admitted_on=_TODAY, at=_AT, actor=STAFF
        )
        merchants.open_store(merchant=shop, code=WORD, name=NAME, at=_AT, actor=STAFF)
        self.hold_a_marked_key(shop)
        merchants.suspend_merchant(merchant=shop, at=_AT, actor=STAFF)
        merchants.resume_merchant(merchant=shop, at=_AT, actor=STAFF)
        earning.add_earning_rule(merchant=shop, effective_from=_TODAY, amount=ONE_PER_100_YEN, at=_AT, actor=STAFF)
        earning.add_campaign(
            code=WORD,
            name=NAME,
            merchant=shop,
            days=earning.CampaignDays(_TODAY, _TODAY),
            bonus=Bonus(multiplier=Decimal(2), fixed_points=None, minimum_yen=0),
            caps=earning.Caps(),
            at=_AT,
            actor=STAFF,
        )
        figures = program.ProgramFigures(validity_months=24, special_expiry_allowed=True, bill_payment_allowed=True)
        for decide in (program.reject_version, program.approve_version):
            asked = program.request_version(
                code=WORD, effective_from=dt.date(2031, 4, 1), figures=figures, reason=REASON, at=_AT, actor=STAFF
            )
            decide(request_id=asked.id, at=_AT, actor=OTHER_STAFF)

    def hold_a_marked_key(self, shop: Merchant) -> None:
        facts: dict[str, Any] = {"name": NAME, "store_code": WORD, "terminal_code": WORD, "acts": ["accrue"]}
        issued = merchants.issue_key(merchant=shop, **facts, per_minute=60, at=_AT, actor=STAFF)
        merchants.revoke_key(key_id=issued.key.id, at=_AT, actor=STAFF, reason=REASON)

    def hire_and_let_go(self) -> None:
        facts: dict[str, Any] = {"login_id": f"{WORD}-1", "at": _AT, "actor": STAFF}
        people.add_staff(name=NAME, password=f"{WORD} {NAME}", roles=[Role.CALL_CENTRE], **facts)
        people.give_role(role=Role.FULFILMENT, **facts)
        people.take_role(role=Role.CALL_CENTRE, **facts)
        people.let_staff_go(**facts)

    def know_who_calls(self) -> None:
        said = {
            PersonalField.FIRST_MAIL: f"{WORD}@example.com",
            PersonalField.KANA: "マーカー ハナコ",
            PersonalField.ADDRESS: NAME,
        }
        facts: dict[str, Any] = {"at": _AT, "actor": STAFF}
        people.record_personal_data(person=self.marked.person, values=said, **facts)
        people.unmask(person_id=self.marked.person_id, fields=list(said), reason=REASON, **facts)
        answers = {
            IdentityQuestion.MAIL: said[PersonalField.FIRST_MAIL],
            IdentityQuestion.KANA: said[PersonalField.KANA],
            IdentityQuestion.POSTAL_CODE: WORD,
        }
        membership.check_identity(member=self.marked, answers=answers, **facts)
        kind = RedemptionBlock.Kind.REPORTED
        membership.block_redemption(member=self.marked, kind=kind, reason=REASON, **facts)
        membership.lift_block(member=self.marked, reason=REASON, **facts)
        people.remove_personal_data(person=self.marked.person, fields=[PersonalField.ADDRESS], **facts)

    def hand_out_lists(self) -> None:
        """Ask for a list of few by oneself, and for the points of all by somebody who gets them only by approval."""
        facts: dict[str, Any] = {"at": _AT, "actor": STAFF}
        few = exports.Wanted(ExportRequest.Kind.MEMBERS, frozenset({PersonalField.NAME}), joined_from=_TODAY)
        fetched = exports.request_export(wanted=few, purpose=REASON, kept_days=0, **facts)
        exports.fetch_export(request_id=fetched.id, **facts)
        exports.delete_expired_exports(on=_TODAY + dt.timedelta(days=1), at=_AT, actor=STAFF)
        asking = staff(Role.FULFILMENT, actor=STAFF.id)
        for decide in (exports.approve_export, exports.reject_export):
            asked = exports.request_export(
                wanted=exports.Wanted(ExportRequest.Kind.POINTS),
                purpose=REASON,
                kept_days=1,
                at=_AT,
                actor=actors.staff(asking.login_id),
            )
            decide(request_id=asked.id, at=_AT, actor=OTHER_STAFF)

    def send_over_the_wire(self) -> None:
        number, merchant = self.marked_shop.number, actors.merchant(self.marked_shop.number)
        long_ago = _AT - dt.timedelta(days=500)
        reference = f"{WORD} once"
        request = AccrualRequest(number, reference, self.marked.number, _SOLD, price_yen=1_000, store_code=WORD)
        earning.accrue_once([Sending(self.marked_shop.id, NAME, (request,))], at=_AT)
        correction = Correction(merchant_number=number, reference=reference, price=NewPrice(900), reason=REASON)
        earning.correct_once(correction, key=f"{NAME} corrected", at=_AT, actor=merchant)
        reversal = Reversal(merchant_number=number, reference=reference, returned_yen=100, reason=REASON)
        earning.reverse_once(reversal, key=f"{NAME} reversed", at=_AT, actor=merchant)
        kept = Reversal(merchant_number=number, reference=f"{WORD} kept", returned_yen=100, reason=REASON)
        earning.reverse_once(kept, key=f"{NAME} early", at=long_ago, actor=merchant)
        assert list(earning.forget_request_keys(at=_AT, actor=STAFF)) == [1]

    def sell_and_put_right(self) -> None:
        for reference in (WORD, NAME):
            request = AccrualRequest(
                merchant_number=self.marked_shop.number,
                reference=reference,
                member_number=self.marked.number,
                sold_at=_SOLD,
                price_yen=90_000,
                store_code=WORD,
                terminal_code=WORD,
            )
            earning.accrue_batch([request], at=_AT, actor=STAFF)
        earning.correct(
            merchant_number=self.marked_shop.number,
            reference=WORD,
            price=earning.NewPrice(91_000),
            new_points=None,
            key=f"{WORD} {NAME}",
            at=_AT,
            actor=STAFF,
            reason=REASON,
        )
        for reference in (NAME, f"early {NAME}"):
            earning.reverse(
                merchant_number=self.marked_shop.number,
                reference=reference,
                returned_yen=1_000,
                key=f"{WORD} {NAME}",
                at=_AT,
                actor=STAFF,
                reason=REASON,
            )
        self.send_over_the_wire()
        facts = BillFacts(WORD, NAME, BilledEnergy.ELECTRICITY, 12_000, 900, _TODAY)
        earning.accrue_for_bill(member_number=self.marked.number, facts=facts, at=_AT, actor=STAFF)
        earning.reverse_for_bill(contract_reference=WORD, bill_reference=NAME, at=_AT, actor=STAFF, reason=REASON)
        self.club.update(at=_AT)

    def use_and_return(self) -> None:
        order = rewards.apply_for_rewards(
            member=self.marked,
            lines=[rewards.RequestedLine(RedemptionLine.Kind.GIFT, 100, NAME)],
            key=f"{WORD} {NAME}",
            at=_AT,
            actor=STAFF,
        )
        line = rewards_queries.get_line(order.account_id, order_number=order.number, position=1)
        for number in (10, 90):
            rewards.return_line(
                account_id=order.account_id,
                line_id=line.id,
                returned_points=number,
                key=f"{WORD} {NAME} {number}",
                reason=REASON,
                at=_AT,
                actor=STAFF,
            )

    def ask_in_words(self) -> None:
        account = self.account(self.marked)
        points.open_balance(
            account_id=account,
            lots=[(dt.date(2031, 3, 31), 10)],
            key=f"{WORD} {NAME}",
            fingerprint=NAME.encode(),
            at=_AT,
            actor=STAFF,
        )
        asked = points.request_adjustment(
            account_id=account, points=5, usable_through=None, reason=REASON, at=_AT, actor=STAFF
        )
        points.approve_change(request_id=asked.id, at=_AT, actor=OTHER_STAFF)
        program.suspend(
            activity=Suspension.Activity.ACCRUAL,
            starts_at=_AT,
            ends_before=None,
            text_ja=NAME,
            text_en=WORD,
            at=_AT,
            actor=STAFF,
        )

    def bring_marked_files(self) -> None:
        """Bring a file that is held while accrual is paused, then taken in, and one from an older system."""
        number = self.marked_shop.number
        sold = [
            f"#HEADER,purchases,1,{number},1,2030-02-01",
            "reference,member_number,sold_at,price_yen",
            f"{NAME} of the file,{self.marked.number},2030-02-01T11:30:00+09:00,1000",
            "#TRAILER,1,1000,0",
        ]
        opening = [
            f"#HEADER,opening-balances,1,{WORD},1,2030-02-01",
            "reference,member_number,points,usable_through",
            f"{NAME},{self.marked.number},70,2031-03-31",
            "#TRAILER,1,70",
        ]
        content = "".join(f"{line}\r\n" for line in sold).encode()
        files.keep_upload(content=content, name=f"{NAME}.csv", feed=PURCHASES, accepts_gap=False, at=_AT, actor=STAFF)
        with pytest.raises(UnavailableError):
            list(earning.import_purchases(incoming(sold, name=f"{NAME}.csv"), at=_AT, actor=STAFF))
        program.resume(activity=Suspension.Activity.ACCRUAL, at=_AT, actor=STAFF)
        later = _AT + dt.timedelta(hours=1)
        run(earning.import_purchases(incoming(sold, name=f"{NAME}.csv"), at=later, actor=STAFF))
        run(earning.import_opening_balances(incoming(opening, name=f"{NAME}.csv"), at=later, actor=STAFF))

    def run_by_hand(self) -> None:
        runs.ask_for_night(kind=Run.Kind.REPLAY, night=_TODAY, at=_AT, actor=STAFF)
        for kind in (Run.Kind.VERIFY, Run.Kind.UPDATE):
            runs.ask_for_run(kind=kind, at=_AT, actor=STAFF)
        first, second = (runs.take_up_next(at=_AT) for _ in range(2))
        assert first is not None
        assert second is not None
        runs.note_progress(run_id=first.id, accounts=1, at=_AT)
        findings = [{"what": NAME, "stands": WORD}]
        runs.finish_run(run=first, figures={"differences": 1}, findings=findings, at=_AT, actor=STAFF)
        runs.fail_run(run=second, failure=NAME, at=_AT, actor=STAFF)
        program.begin_run(job=NightRun.Job.LAPSE, on=_TODAY, at=_AT, actor=STAFF)
        program.finish_run(job=NightRun.Job.LAPSE, on=_TODAY, accounts=0, points=0, at=_AT, actor=STAFF)
        merchants.end_merchant(merchant=self.marked_shop, at=_AT, actor=STAFF)

    def come_in_and_hand_in(self) -> None:
        """Sign in with a second factor, hand a file in on a page, and have the second factor forgotten."""
        facts: dict[str, Any] = {"user": User.objects.get(login_id=STAFF.id), "at": _AT}
        secret = authenticator.draw_secret()
        people.set_up_second_factor(secret=secret, code=authenticator.code_for(secret, steps_ahead=-1), **facts)
        people.show_second_factor(code=authenticator.code_for(secret), **facts)
        people.reset_second_factor(login_id=STAFF.id, at=_AT, actor=OTHER_STAFF)
        sold = [
            f"#HEADER,purchases,1,{self.marked_shop.number},2,2030-02-01",
            "reference,member_number,sold_at,price_yen",
            f"{NAME} handed in,{self.marked.number},2030-02-01T11:30:00+09:00,1000",
            "#TRAILER,1,1000,0",
        ]
        files.keep_upload(
            content="".join(f"{line}\n" for line in sold).encode(),
            name=f"{NAME}.csv",
            feed=PURCHASES,
            accepts_gap=False,
            at=_AT,
            actor=STAFF,
        )
        runs.ask_for_run(kind=Run.Kind.VERIFY, at=_AT, actor=STAFF)

    def be_told(self) -> None:
        """Be told something, by mail that comes back; agree to advertising, and stop it."""
        person = self.marked.person
        mail = {PersonalField.FIRST_MAIL: f"{WORD}.told@example.com"}
        people.record_personal_data(person=person, values=mail, at=_AT, actor=STAFF)
        (address,) = people_queries.list_mail_addresses(person.id)
        facts: dict[str, Any] = {"person_id": person.id, "at": _AT, "actor": STAFF}
        values = {"when": _AT.isoformat(), "device": NAME}
        notices.tell(kind=Kind.NEW_SIGN_IN, values=values, once="marked", addresses=[address.id], **facts)
        notices.send_trial(address=f"{WORD}@example.com", network=WORD, device=WORD, language="ja", at=_AT, actor=STAFF)
        first = ContactAddress.Kind.FIRST
        notices.agree_to_advertising(kinds=[first], how="registration", **facts)
        notices.stop_advertising(kinds=[first], how="settings", **facts)
        notices.choose_reminders(wanted=False, **facts)
        self.publish_marked_words()
        people.note_bounce(address_id=address.id, at=_AT, actor=STAFF)
        people.forget_bounce(kind=first, **facts)

    def publish_marked_words(self) -> None:
        words = notices.Words(NAME, REASON)
        days: dict[str, Any] = {"shown_from": _TODAY, "shown_through": _TODAY}
        home = {PersonalField.ADDRESS: NAME}
        people.record_personal_data(person=self.marked.person, values=home, at=_AT, actor=STAFF)
        letter: dict[str, Any] = {"kind": Kind.APPLICATION_DECLINED, "values": {}, "once": "letter", "at": _AT}
        notices.tell(person_id=self.marked.person_id, **letter, actor=STAFF)
        batch_id = uuid7()
        assert notices.print_letters(batch_id=batch_id, at=_AT, actor=STAFF)
        notices.put_letters_back(batch_id=batch_id, reason=REASON, at=_AT, actor=STAFF)
        self.write_to_all(words, days)

    def write_to_all(self, words: notices.Words, days: dict[str, Any]) -> None:
        """Write what one person asks for and another decides on, with all that can become of it."""
        asked: dict[str, Any] = {"at": _AT, "actor": STAFF}
        decided: dict[str, Any] = {"at": _AT, "actor": OTHER_STAFF}
        mailing, other_mailing = (notices.ask_for_mailing(japanese=words, english=words, **asked) for _ in range(2))
        notices.approve_mailing(request_id=mailing.id, **decided)
        notices.reject_mailing(request_id=other_mailing.id, **decided)
        list(notices.carry_on_mailing(mailing_id=mailing.id, **asked))
        notices.stop_mailing(mailing_id=mailing.id, **asked)
        notices.go_on_with_mailing(mailing_id=mailing.id, **decided)
        notices.cancel_mailing(mailing_id=mailing.id, **asked)
        announcement, other = (
            notices.request_announcement(japanese=words, english=words, **days, **asked) for _ in range(2)
        )
        notices.publish(request_id=announcement.id, **decided)
        notices.reject_announcement(request_id=other.id, **decided)
        notices.withdraw_announcement(announcement_id=announcement.id, reason=REASON, **asked)

    def be_thrown_out(self) -> None:
        for decide in (membership.reject_revocation, revocation.approve_revocation):
            asked = ask_for_revocation(self.marked, at=_AT, reason=REASON)
            decide(request_id=asked.id, at=_AT, actor=OTHER_STAFF)
