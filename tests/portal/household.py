"""A made-up family and the shops it goes to, made through the services."""

import datetime as dt
from dataclasses import dataclass

from pointclub.earning import services as earning
from pointclub.earning.rules.amount import PointsPerUnit
from pointclub.earning.rules.requests import Accepted, AccrualRequest
from pointclub.foundation import actors
from pointclub.membership import services as membership
from pointclub.membership.models import Member
from pointclub.merchants import services as merchants
from pointclub.merchants.models import Merchant
from pointclub.people import services as people
from pointclub.people.models import Person, User
from pointclub.points import services as points
from pointclub.program import services as program
from pointclub.program.models import Suspension
from pointclub.rewards import services as rewards
from pointclub.rewards.models import RedemptionLine, RedemptionOrder
from tests.factories.club import STAFF, give_back, jst

PASSWORD = "hidamari7asa"
JOINED_AT = jst("2024-04-01 10:00")
NOW = jst("2026-11-21 09:15")


@dataclass(frozen=True)
class Household:
    """A primary member who can sign in, a family member who earns with her, and two merchants."""

    user: User
    hanako: Member
    taro: Member
    mart: Merchant
    bakery: Merchant

    def buy(self, member: Member, merchant: Merchant, price_yen: int, *, at: dt.datetime) -> None:
        """Send one purchase; it waits for the balance update."""
        send([purchase(member, merchant, price_yen, at=at)], at=at)

    def open_balance(self, lots: dict[str, int], *, at: dt.datetime = JOINED_AT) -> None:
        """Bring points over: last days as text, with their number."""
        points.open_balance(
            account_id=self.hanako.membership.account_id,
            lots=[(dt.date.fromisoformat(day), number) for day, number in lots.items()],
            key=f"opening:{at.isoformat()}",
            fingerprint=repr(lots).encode(),
            at=at,
            actor=STAFF,
        )

    def use(self, number: int, *labels: str, at: dt.datetime) -> RedemptionOrder:
        """Apply for gifts of those names, each for so many points."""
        return rewards.apply_for_rewards(
            member=self.hanako,
            lines=[rewards.RequestedLine(RedemptionLine.Kind.GIFT, number, label) for label in labels],
            key=f"gift:{at.isoformat()}",
            at=at,
            actor=actors.member(self.hanako.number),
            proved_at=at,
        )

    def use_of_lapsed_points(self) -> RedemptionOrder:
        """Use points through October, and get them back in November: they live on through December."""
        self.open_balance({"2026-10-31": 300}, at=jst("2026-04-01 10:00"))
        order = self.use(300, "品切れの品", at=jst("2026-10-30 12:00"))
        give_back(self.hanako, order, 1, at=jst("2026-11-20 12:00"))
        return order

    def live(self) -> None:
        """Go through the spring and autumn before NOW: points of every kind in the history, and some pending."""
        lots = {"2026-12-31": 1_200, "2027-03-31": 2_560, "2027-12-31": 5_540, "2028-03-31": 3_180, "2029-01-31": 900}
        self.open_balance({"2026-10-31": 240} | lots, at=jst("2026-04-01 10:00"))
        points.lapse_all_due(on=dt.date(2026, 11, 1), at=jst("2026-11-01 00:05"), actor=actors.system("lapse"))
        self.buy(self.hanako, self.mart, 9_800, at=jst("2026-11-08 17:40"))
        update(at=jst("2026-11-09 01:00"))
        self.use(500, "もこもこスリッパ", at=jst("2026-11-15 20:10"))
        self.buy(self.hanako, self.mart, 8_600, at=jst("2026-11-18 18:20"))
        self.buy(self.taro, self.bakery, 1_240, at=jst("2026-11-19 08:05"))
        update(at=jst("2026-11-20 01:00"))
        self.buy(self.hanako, self.mart, 64_200, at=jst("2026-11-20 19:30"))


def live_for_weeks(household: Household) -> None:
    """Buy day by day, more on some days than on others, and use points for several gifts at once."""
    for number in range(40):
        at = jst("2026-09-10 12:00") + dt.timedelta(days=number)
        member = household.taro if number % 3 == 0 else household.hanako
        shop = household.mart if number % 2 else household.bakery
        send([purchase(member, shop, 1_000 + number * 100 + each, at=at) for each in range(1 + number % 6)], at=at)
        if number % 3:
            household.buy(household.taro, household.bakery, 500, at=at)
        update(at=at + dt.timedelta(hours=13))
    gifts = ("季節の和菓子詰め合わせ（12個入り）", "電気ケトル", "里山の緑を守る会への寄付", "図書カード")
    household.use(300, *gifts, at=jst("2026-11-20 12:00"))


def purchase(member: Member, merchant: Merchant, price_yen: int, *, at: dt.datetime) -> AccrualRequest:
    """Return what the merchant sends of a purchase."""
    return AccrualRequest(
        merchant_number=merchant.number,
        reference=f"{member.number}-{at.isoformat()}-{price_yen}",
        member_number=member.number,
        sold_at=at,
        price_yen=price_yen,
    )


def send(purchases: list[AccrualRequest], *, at: dt.datetime) -> None:
    """Send purchases together; one that is refused fails the test."""
    for answer in earning.accrue_batch(purchases, at=at, actor=STAFF):
        assert isinstance(answer, Accepted), answer


def update(*, at: dt.datetime) -> None:
    """Run the balance update."""
    list(earning.post_pending(at=at, actor=actors.system("update")))


def register(name: str, login_id: str, *, is_staff: bool = False) -> User:
    """Register somebody new who signs in with PASSWORD."""
    person = people.record_person(name=name, at=JOINED_AT, actor=STAFF)
    return give_login(person, login_id, is_staff=is_staff)


def give_login(person: Person, login_id: str, *, is_staff: bool = False) -> User:
    """Let a person sign in with PASSWORD."""
    return people.register_user(
        person=person, login_id=login_id, password=PASSWORD, at=JOINED_AT, is_staff=is_staff, actor=STAFF
    )


def found_household(*, name: str = "山田 花子", login_id: str = "hanako") -> Household:
    """Make the family; `hanako` signs in with PASSWORD."""
    user = register(name, login_id)
    hanako = membership.admit(person=user.person, at=JOINED_AT, actor=STAFF)
    son = people.record_person(name="山田 太郎", at=JOINED_AT, actor=STAFF)
    taro = membership.admit_family_member(primary=hanako, person=son, at=JOINED_AT, actor=STAFF)
    return Household(
        user, hanako, taro, _merchant("100001", "あかりマート本町店"), _merchant("100002", "ひだまりベーカリー")
    )


def _merchant(number: str, name: str) -> Merchant:
    merchant = merchants.admit_merchant(
        number=number, name=name, admitted_on=dt.date(2020, 4, 1), at=JOINED_AT, actor=STAFF
    )
    earning.add_earning_rule(
        merchant=merchant,
        effective_from=dt.date(2020, 4, 1),
        amount=PointsPerUnit(unit_yen=100, points_per_unit=1),
        at=jst("2020-01-01 09:00"),
        actor=STAFF,
    )
    return merchant


def pause_enquiry(*, until: dt.datetime | None, text: str = "点検のため停止しております。") -> None:
    """Pause the enquiry of points from the morning of NOW on."""
    program.suspend(
        activity=Suspension.Activity.ENQUIRY,
        starts_at=jst("2026-11-21 00:00"),
        ends_before=until,
        text_ja=text,
        text_en="We are checking our machines.",
        at=jst("2026-11-20 12:00"),
        actor=STAFF,
    )
