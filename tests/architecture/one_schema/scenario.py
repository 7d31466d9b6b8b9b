"""A few years of a small club in which every service has something to do."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from pointclub.earning import queries as earning_queries
from pointclub.earning import services as earning
from pointclub.earning.queries import waiting
from pointclub.earning.rules.amount import Bonus
from pointclub.earning.rules.bill import BilledEnergy, BillFacts
from pointclub.earning.rules.requests import Accepted, AccrualRequest, Correction, NewPrice, Reversal, Sending
from pointclub.explain import queries as explain
from pointclub.files import queries as files_queries
from pointclub.files import services as files
from pointclub.foundation import actors
from pointclub.membership import queries as membership_queries
from pointclub.membership import services as membership
from pointclub.membership.models import Member, Membership, RedemptionBlock
from pointclub.merchants import queries as merchants_queries
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from pointclub.merchants.rules.keys import digest_of
from pointclub.people.models import User
from pointclub.people.rules.permissions import Permission
from pointclub.points import queries as points_queries
from pointclub.points import services as points
from pointclub.points.models import ChangeRequest
from pointclub.points.queries import falling_due
from pointclub.program import services as program
from pointclub.program.models import NightRun
from pointclub.rewards import queries as rewards_queries
from pointclub.rewards import services as rewards
from pointclub.rewards.models import RedemptionOrder
from pointclub.terms import queries as terms_queries
from pointclub.terms import services as terms
from pointclub.terms.rules.documents import Document
from tests.architecture.one_schema.details import change_all_details
from tests.architecture.one_schema.sign_ins import come_in_by_every_way
from tests.factories.callers import identify
from tests.factories.club import OTHER_STAFF, STAFF, Club, approve, give_back, jst, redeem, reverse, verified
from tests.factories.old_members import OLD_NUMBER, OLD_PASSWORD, old_member_on_file
from tests.factories.registrations import REGISTERED_AT, another, enrol, joining, link_to, portal_user, register
from tests.factories.revocations import approve_revocation, ask_for_revocation
from tests.factories.staff import all_round

SPRING = jst("2026-04-01 12:00")


@dataclass
class Life:
    """The people of the club, and what happens to them act by act."""

    club: Club = field(default_factory=Club)
    hanako: Member = field(init=False)
    taro: Member = field(init=False)
    leaver: Member = field(init=False)
    debtor: Member = field(init=False)
    used: RedemptionOrder = field(init=False)
    undone: Accepted = field(init=False)
    shop: Merchant = field(init=False)

    def go_through_all(self) -> None:
        acts: Sequence[Callable[[], None]] = (
            self.found_the_club,
            self.earn_and_use,
            self.undo_and_correct,
            self.owe_and_pay,
            self.lapse_and_close_the_month,
            self.leave_and_come_back,
            self.be_revoked_by_two,
            self.call_and_be_known,
            self.join_through_the_portal,
            self.ask_for_changes,
            self.bring_files,
            self.come_late,
            self.ask_where_points_went,
            self.send_as_a_merchant,
            self.look_at_everything,
        )
        for act in acts:
            act()

    def found_the_club(self) -> None:
        self.hanako, self.leaver = self.club.member(), self.club.member()
        self.taro = self.club.family_member(self.hanako)
        self.shop = self.club.merchant()
        self.hold_a_key()
        self.accept_terms()
        earning.add_campaign(
            code="bonus",
            name="月替り",
            merchant=self.shop,
            days=earning.CampaignDays(dt.date(2026, 4, 1), dt.date(2026, 4, 30), dt.date(2026, 5, 10)),
            bonus=Bonus(multiplier=Decimal(3), fixed_points=None, minimum_yen=0),
            caps=earning.Caps(cap_per_day=500, cap_per_member=2_000),
            at=self.club.opened_at,
            actor=STAFF,
        )

    def accept_terms(self) -> None:
        at, person = SPRING, self.hanako.person
        shown = {Document.MEMBERSHIP_TERMS: "2016-04-01", Document.POINT_RULES: "2022-04-01"}
        terms.accept_documents(person=person, shown=shown, language="ja", how="registration", at=at, actor=STAFF)
        assert len(terms_queries.acceptances_of(person.id)) == len(shown)

    def hold_a_key(self) -> None:
        at = self.club.opened_at
        issued = merchants.issue_key(
            merchant=self.shop, name="レジ1", acts=["accrue", "read"], per_minute=60, at=at, actor=STAFF
        )
        merchants_queries.find_keys([digest_of(issued.secret)])
        merchants.revoke_key(key_id=issued.key.id, at=at, actor=STAFF)
        assert merchants_queries.list_keys(self.shop.id) == [issued.key]

    def earn_and_use(self) -> None:
        for member in (self.hanako, self.leaver):
            self.club.open_balance(member, {"2026-04-30": 700, "2026-12-31": 1_000}, at=SPRING)
        for reference, member in (("first", self.hanako), ("second", self.taro), ("first", self.hanako)):
            self.club.buy(member, self.shop, 10_000, at=SPRING, reference=reference)
        reverse(self.shop, "early", at=SPRING, yen=2_000, key="early")
        self.club.buy(self.hanako, self.shop, 5_000, at=SPRING, reference="early")
        earning.accrue_batch([self.sale(member) for member in (self.hanako, self.leaver)], at=SPRING, actor=STAFF)
        facts = BillFacts("contract", "bill", BilledEnergy.ELECTRICITY, 12_000, 900, dt.date(2026, 4, 1))
        earning.accrue_for_bill(member_number=self.taro.number, facts=facts, at=SPRING, actor=STAFF)
        earning_queries.list_pending(self.account(self.hanako))
        self.club.update(at=jst("2026-04-02 01:00"))
        order = redeem(self.hanako, 200, 350, at=jst("2026-04-02 12:00"), key="cart")
        redeem(self.hanako, 200, 350, at=jst("2026-04-02 12:00"), key="cart")
        give_back(self.hanako, order, 1, at=jst("2026-04-03 12:00"), number=50)
        line = rewards_queries.get_line(order.account_id, order_number=order.number, position=2)
        rewards.fulfil_line(account_id=order.account_id, line_id=line.id, at=jst("2026-04-03 12:00"), actor=STAFF)

    def undo_and_correct(self) -> None:
        at = jst("2026-04-04 12:00")
        reverse(self.shop, "first", at=at, yen=4_000)
        self.correct("second", 20_000, at=at)
        self.correct("second", 1_000, at=jst("2026-04-05 12:00"))
        reverse(self.shop, "first", at=at)
        bill = {"contract_reference": "contract", "bill_reference": "bill"}
        earning.reverse_for_bill(**bill, at=at, actor=STAFF, reason="無効")

    def owe_and_pay(self) -> None:
        """Undo a sale after its points were used; what is earned next pays for it."""
        self.debtor = self.club.member()
        self.undone = self.club.buy(self.debtor, self.shop, 30_000, at=SPRING, reference="undone")
        self.club.update(at=jst("2026-04-20 01:00"))
        self.used = redeem(self.debtor, 600, at=jst("2026-04-20 12:00"))
        reverse(self.shop, "undone", at=jst("2026-04-21 12:00"))
        self.club.buy(self.debtor, self.shop, 2_000, at=jst("2026-04-21 12:00"))
        self.club.update(at=jst("2026-04-22 01:00"))

    def lapse_and_close_the_month(self) -> None:
        falling_due.count_accounts_due(on=dt.date(2026, 6, 1))
        self.club.lapse(at=jst("2026-06-01 00:05"))
        for job in NightRun.Job:
            program.record_night(
                job=job, night=dt.date(2026, 6, 1), accounts=0, points=0, at=jst("2026-06-01 02:00"), actor=STAFF
            )
        points.close_month(month=dt.date(2026, 5, 1), at=jst("2026-06-01 09:00"), actor=STAFF)

    def leave_and_come_back(self) -> None:
        at = jst("2026-06-15 12:00")
        self.club.open_balance(self.leaver, {"2027-12-31": 500}, at=at)
        family = self.club.family_member(self.leaver)
        membership.release_family_member(member=family, at=at, actor=STAFF)
        order = redeem(self.leaver, 100, at=at)
        self.club.buy(self.leaver, self.shop, 8_000, at=at, reference="before leaving")
        earning.end_membership(member=self.leaver, reason=Membership.EndReason.WITHDRAWN, at=at, actor=STAFF)
        again = self.club.member(at=at)
        membership.rejoin(
            former_id=self.leaver.membership_id, new_id=again.membership_id, at=jst("2026-07-01 12:00"), actor=STAFF
        )
        late = jst("2026-07-02 12:00")
        self.club.buy(self.leaver, self.shop, 3_000, at=jst("2026-06-15 11:00"), received_at=late)
        give_back(self.leaver, order, 1, at=late)
        reverse(self.shop, "before leaving", at=late)

    def be_revoked_by_two(self) -> None:
        """Freeze a membership, let it go on, freeze it again and revoke it while it waits for rewards and points."""
        at = jst("2026-07-02 15:00")
        member = self.club.member()
        self.club.open_balance(member, {"2027-12-31": 500}, at=at)
        redeem(member, 100, 200, at=at)
        self.club.buy(member, self.shop, 6_000, at=at)
        rejected = ask_for_revocation(member, at=at)
        membership_queries.frozen_memberships([member.membership_id])
        membership.reject_revocation(request_id=rejected.id, at=at, actor=OTHER_STAFF)
        approved = approve_revocation(ask_for_revocation(member, at=at), at=at)
        membership_queries.find_waiting_revocation(member.membership_id)
        assert membership_queries.get_revocation(approved.id) == membership_queries.find_revocation(approved.id)
        assert membership_queries.is_hand_over_stopped(self.account(member))
        assert len(membership_queries.list_revocations()) == 2

    def call_and_be_known(self) -> None:
        at = jst("2026-07-03 11:00")
        for login_id in (STAFF.id, OTHER_STAFF.id):
            all_round(login_id)
        identify(self.hanako, by=STAFF.id, at=at)
        facts: dict[str, Any] = {"member": self.hanako, "reason": "盗難", "at": at, "actor": STAFF}
        membership.block_redemption(kind=RedemptionBlock.Kind.REPORTED, **facts)
        membership_queries.find_block(self.hanako.membership_id)
        membership.lift_block(**facts)
        membership_queries.list_blocks(self.hanako.membership_id)
        membership_queries.search_members(number=self.hanako.number)
        membership_queries.get_masked_member(self.hanako.number)
        membership_queries.list_masked_family(self.hanako.membership_id)
        membership_queries.identity_checked_until(member=self.hanako, actor=STAFF, at=at)
        membership_queries.list_joined(first=dt.date(2019, 1, 1), through=dt.date(2026, 7, 3))
        points_queries.summarise_accounts([self.account(self.hanako)], on=dt.date(2026, 7, 3))
        membership_queries.require_may_see(STAFF.id, Permission.SEE_ACCOUNT, member=self.hanako, at=at)

    def join_through_the_portal(self) -> None:
        """Register somebody who uses points once the address is proved, and two about whom staff decide."""
        clerk = actors.staff(STAFF.id)
        joined = register(another(7), at=REGISTERED_AT)
        assert joined.member_number is not None
        member = membership_queries.get_member(joined.member_number)
        assert membership_queries.owes_address_proof(member.person_id)
        facts: dict[str, Any] = {"at": REGISTERED_AT, "actor": clerk}
        entry = membership.add_exclusion(name="別人 1号", birth_date=None, reason="過去の不正利用", **facts)
        for number, decide in ((1, membership.admit_application), (2, membership.decline_application)):
            held = register(another(number, postal_code="0000000", town="架空市"), at=REGISTERED_AT)
            assert len(membership_queries.list_held_applications()) == 1
            membership_queries.get_application(held.registration_id)
            decide(registration_id=held.registration_id, reason="確認済み", **facts)
        assert membership_queries.list_exclusions() == [entry]
        membership.end_exclusion(exclusion_id=entry.id, reason="誤登録", **facts)
        registration = membership_queries.find_registration_of(member.person_id)
        assert registration is not None
        assert membership_queries.find_registration(token=registration.token) == registration
        membership_queries.screen(member.person_id)
        later = portal_user(another(8))
        assert membership_queries.can_join_later(later.person_id)
        old_id = old_member_on_file()
        old = membership_queries.find_old_member(number=OLD_NUMBER, password=OLD_PASSWORD)
        assert membership_queries.knows_old_members()
        assert old is not None
        assert old.id == old_id
        after_closing = jst("2026-07-02 12:00")
        joined_later = enrol(later, joining(old_member_id=old_id), at=after_closing)
        assert joined_later.member_number is not None
        at_last = membership_queries.get_member(joined_later.member_number)
        membership.move_old_points(member=at_last, old_member_id=old_id, at=after_closing, actor=clerk)
        assert membership_queries.find_old_points(at_last.membership_id) == old
        user = User.objects.get(person=member.person_id)
        membership.mail_address_proofs(user=user, link_to=link_to, **facts)
        change_all_details(user)
        come_in_by_every_way(user, word="kitsune", password="kitsune9", at=REGISTERED_AT + dt.timedelta(days=1))

    def ask_for_changes(self) -> None:
        at = jst("2026-07-03 12:00")
        hanako, other = self.account(self.hanako), self.account(self.club.member())
        facts: dict[str, Any] = {"reason": "お詫び", "at": at, "actor": STAFF}
        for number in (500, -120):
            approve(points.request_adjustment(account_id=hanako, points=number, usable_through=None, **facts), at=at)
        approve(points.request_transfer(from_account_id=hanako, to_account_id=other, points=80, **facts), at=at)
        selection = points.LotSelection(dt.date(2026, 1, 1), dt.date(2026, 12, 31), includes_lapsed=True)
        extension = points.request_extension(selection=selection, usable_through=dt.date(2027, 6, 30), **facts)
        points.count_selected_accounts(extension)
        approve(extension, at=at)
        refused = points.request_adjustment(account_id=hanako, points=1, usable_through=None, **facts)
        points.reject_change(request_id=refused.id, at=at, actor=OTHER_STAFF)
        points_queries.list_requests(ChangeRequest.Kind.ADJUST)
        points_queries.list_extensions_under_way()

    def bring_files(self) -> None:
        at = jst("2026-07-04 12:00")
        two = (self.hanako.number, self.club.member().number)
        opening = (
            ["#HEADER,opening-balances,1,legacy,1,2026-07-04", "reference,member_number,points,usable_through"]
            + [f"old-{number},{number},70,2027-03-31" for number in two]
            + ["#TRAILER,2,140"]
        )
        sold = (
            [f"#HEADER,purchases,1,{self.shop.number},1,2026-07-04", "reference,member_number,sold_at,price_yen"]
            + [f"file-{number},{number},2026-07-03T10:00:00+09:00,1000" for number in two]
            + ["#TRAILER,2,2000,0"]
        )
        run(earning.import_opening_balances(incoming(opening), at=at, actor=STAFF))
        run(earning.import_purchases(incoming(sold), at=at, actor=STAFF))
        self.club.update(at=jst("2026-07-05 01:00"))

    def come_late(self) -> None:
        """Bring points back after their last day, take some back after it, and let some arrive after their own."""
        give_back(self.debtor, self.used, 1, at=jst("2029-06-15 12:00"))
        reverse(self.shop, "second", at=jst("2029-06-15 12:00"))
        self.club.buy(self.debtor, self.shop, 2_000, at=jst("2026-04-30 12:00"), received_at=jst("2030-01-01 12:00"))
        self.club.update(at=jst("2030-01-02 01:00"))

    def ask_where_points_went(self) -> None:
        on = dt.date(2030, 1, 2)
        debtor = self.account(self.debtor)
        assert earning_queries.find_account_of_receipt(self.undone.receipt_number) == debtor
        explain.explain_accrual(debtor, self.undone.receipt_number, on=on)
        viewer = earning_queries.MerchantView(self.shop.id, self.shop.number)
        shown = earning_queries.show_accrual(viewer, self.undone.accrual_id)
        assert shown == earning_queries.show_accrual_of_reference(viewer, self.undone.reference)
        assert shown == earning_queries.show_accrual_of_receipt(viewer, self.undone.receipt_number)
        explain.explain_line(debtor, self.used.number, 1, on=on)
        explain.explain_balance(self.account(self.hanako), on=dt.date(2026, 4, 2))
        for member in (self.hanako, self.leaver, self.debtor):
            for lot in explain.explain_balance(self.account(member), on=on).lots:
                explain.explain_lot(self.account(member), lot.lot.id, on=on)
                explain.explain_day(self.account(member), lot.lot.usable_through, on=on, most=10)

    def look_at_everything(self) -> None:
        hanako = self.account(self.hanako)
        points_queries.get_balance(hanako, on=dt.date(2026, 4, 2))
        history = points_queries.get_history(hanako, on=dt.date(2030, 1, 1))
        points_queries.list_history(hanako, on=dt.date(2030, 1, 1), limit=5, wanted=self.what_taro_earned())
        points_queries.list_merchants(hanako)
        sources = {posting.source_id for entry in history for posting in entry.postings if posting.source_id}
        earning_queries.describe_grants(hanako, sources)
        earning_queries.pending_points(hanako)
        rewards_queries.list_orders(hanako)
        rewards_queries.verify_redemptions()
        membership_queries.verify_memberships()
        membership_queries.verify_revocations()
        points_queries.verify_requests()
        points_queries.list_lapses_between(first=dt.date(2026, 4, 1), last=dt.date(2026, 12, 31))
        (request, *_) = points_queries.list_requests()
        points_queries.get_request(request.id)
        membership_queries.list_family(self.hanako.membership_id)
        membership_queries.get_primary_of(self.hanako.person_id)
        membership_queries.primary_numbers([hanako])
        membership_queries.primary_persons([hanako])
        membership_queries.count_memberships()
        earning_queries.list_unmatched_reversals(merchant_id=self.shop.id, received_before=SPRING)
        falling_due.find_first_lapse()
        falling_due.list_falling_due(first=dt.date(2026, 12, 1), last=dt.date(2026, 12, 31), after=UUID(int=0), limit=5)
        waiting.count_accounts_pending()
        waiting.find_first_pending()
        sealed = list(points_queries.stream_heads())
        assert points_queries.verify_sealed(sealed) == []
        points_queries.get_opening(hanako)
        lots = points_queries.chained_lots(hanako, through=99)
        assert len(list(points_queries.stream_chain(hanako, lots, through=99))) > 10
        assert verified() == []

    def send_as_a_merchant(self) -> None:
        number, merchant, at = self.shop.number, actors.merchant(self.shop.number), jst("2026-06-20 12:00")
        request = AccrualRequest(number, "over-the-wire", self.hanako.number, at, price_yen=1_000)
        sending = Sending(self.shop.id, "wire-1", (request,))
        ((first,),) = earning.accrue_once([sending], at=at)
        assert isinstance(first, Accepted)
        earning.accrue_once([sending], at=at)
        correction = Correction(merchant_number=number, accrual_id=first.accrual_id, price=NewPrice(900))
        earning.correct_once(correction, key="wire-2", at=at, actor=merchant)
        reversal = Reversal(merchant_number=number, reference="over-the-wire", returned_yen=100)
        earning.reverse_once(reversal, key="wire-3", at=at, actor=merchant)
        assert sum(earning.forget_request_keys(at=at + dt.timedelta(days=500), actor=actors.system("keys"))) == 3

    def what_taro_earned(self) -> points_queries.HistoryFilter:
        sources = earning_queries.sources_of_member(self.account(self.taro), self.taro.id)
        return points_queries.HistoryFilter(merchant_id=self.shop.id, sources=sources)

    def correct(self, reference: str, price_yen: int, *, at: dt.datetime) -> None:
        earning.correct(
            merchant_number=self.shop.number,
            reference=reference,
            price=earning.NewPrice(price_yen),
            new_points=None,
            key=f"{reference} is {price_yen}",
            at=at,
            actor=actors.staff("tanto-1"),
        )

    def sale(self, member: Member) -> AccrualRequest:
        return AccrualRequest(self.shop.number, self.club.reference(), member.number, SPRING, price_yen=1_000)

    def account(self, member: Member) -> UUID:
        return member.membership.account_id


def incoming(lines: Iterable[str], *, name: str = "feed.csv") -> files.IncomingFile:
    return files.IncomingFile(io.BytesIO("".join(f"{line}\r\n" for line in lines).encode()), name)


def run(steps: Iterable[files.Progress]) -> None:
    """Go through an import; a row that is refused fails the test."""
    last = list(steps)[-1]
    assert files_queries.get_import(last.file_id).bad == 0
