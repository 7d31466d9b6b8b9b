"""An office in which something of everything has happened, so that every page has something to show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pointclub.earning import queries as earning
from pointclub.files.models import ImportedFile
from pointclub.foundation import actors, clock
from pointclub.jobs import mailings, nights, runs, uploads
from pointclub.membership import queries as membership_queries
from pointclub.membership import services as membership
from pointclub.membership.models import Member, RedemptionBlock
from pointclub.merchants import services as merchants
from pointclub.notices import services as notices
from pointclub.people.models import ContactAddress
from pointclub.points import services as points
from pointclub.program import services as program
from pointclub.rewards import queries as rewards
from pointclub.terms.rules.documents import Document
from tests.factories.callers import RIGHT, put_on_file
from tests.factories.club import Club, jst
from tests.factories.feed_files import FeedFile, purchase_row
from tests.factories.readers import reader, writes_to
from tests.factories.registrations import filled_in, register
from tests.factories.revocations import ask_for_revocation
from tests.factories.terms import accept
from tests.factories.texts import approved_mailing, asked_mailing, published, written
from tests.portal.household import Household

CLERK = actors.staff("madoguchi")
_YESTERDAY = jst("2026-11-20 10:00")


def make_busy(household: Household, client: Client, *, login_id: str) -> Mapping[str, str]:
    """Let things happen, some through the office by `client`; return every page with its address."""
    put_on_file(household.hanako, at=jst("2026-04-01 10:00"))
    membership.check_identity(
        member=household.hanako, answers=RIGHT, at=jst("2026-11-21 09:10"), actor=actors.staff(login_id)
    )
    accept(household.hanako.person, *Document)
    client.post("/office/members/", {"by": "mail", "term": "hanako@example.com"})
    return {
        "home": "/office/",
        **_pages_of_members(household),
        **_pages_of_requests(household, login_id),
        **_pages_of_applications(),
        **_pages_of_texts(login_id),
        **_pages_of_letters(client),
        **_pages_of_the_club(client, household),
    }


def _pages_of_members(household: Household) -> dict[str, str]:
    number, account_id = household.hanako.number, household.hanako.membership.account_id
    (pending,) = earning.list_pending(account_id)
    ((order, _),) = rewards.list_orders(account_id)
    stranger = Club().member()
    put_on_file(stranger, at=jst("2026-04-01 10:00"))
    kind = RedemptionBlock.Kind.REPORTED
    membership.block_redemption(member=stranger, kind=kind, reason="携帯電話の盗難", at=_YESTERDAY, actor=CLERK)
    return {
        "search": "/office/members/",
        "member": f"/office/members/{number}/",
        "account": f"/office/members/{number}/account/",
        "expiry day": f"/office/members/{number}/account/2029-11-30/",
        "receipt": f"/office/members/{number}/receipts/{pending.receipt_number}/",
        "orders": f"/office/members/{number}/orders/",
        "line": f"/office/members/{number}/orders/{order.number}/1/",
        "known caller": f"/office/members/{number}/call/",
        "unknown caller": f"/office/members/{stranger.number}/call/",
        "redeem": f"/office/members/{number}/call/redeem/",
        "not blocked": f"/office/members/{number}/blocks/",
        "blocked": f"/office/members/{stranger.number}/blocks/",
        "frozen": f"/office/members/{_frozen().number}/",
    }


def _frozen() -> Member:
    """Return a member whose membership is to be revoked."""
    member = Club().member()
    put_on_file(member, at=jst("2026-04-01 10:00"))
    ask_for_revocation(member, at=_YESTERDAY, actor=CLERK)
    return member


def _pages_of_requests(household: Household, login_id: str) -> dict[str, str]:
    account_id = household.hanako.membership.account_id
    asked = points.request_adjustment(
        account_id=account_id, points=-50, usable_through=None, reason="二重に加算", at=_YESTERDAY, actor=CLERK
    )
    own = points.request_extension(
        selection=points.LotSelection(dt.date(2026, 12, 1), dt.date(2026, 12, 31)),
        usable_through=dt.date(2027, 6, 30),
        reason="台風による停止",
        at=_YESTERDAY,
        actor=actors.staff(login_id),
    )
    done = points.request_adjustment(
        account_id=account_id, points=1_000, usable_through=None, reason="お詫び", at=_YESTERDAY, actor=CLERK
    )
    points.approve_change(request_id=done.id, at=_YESTERDAY, actor=actors.staff("keiri"))
    figures = program.ProgramFigures(validity_months=48, special_expiry_allowed=True, bill_payment_allowed=True)
    version = program.request_version(
        code="2027", effective_from=dt.date(2027, 4, 1), figures=figures, reason="改定", at=_YESTERDAY, actor=CLERK
    )
    return {
        "requests": "/office/requests/",
        "request": f"/office/requests/{asked.id}/",
        "own request": f"/office/requests/{own.id}/",
        "adjustment": "/office/requests/adjustment/",
        "transfer": "/office/requests/transfer/",
        "extension": "/office/requests/extension/",
        "revocation": "/office/requests/revocation/",
        "frozen by request": f"/office/requests/{membership_queries.list_revocations()[0].id}/",
        "versions": "/office/versions/",
        "version": f"/office/versions/{version.id}/",
        "new version": "/office/versions/new/",
    }


def _pages_of_applications() -> dict[str, str]:
    """Let somebody register twice, from a place that nobody knows."""
    register(at=_YESTERDAY)
    again = filled_in(login_id="efgh5678", postal_code="0000000", town="架空市例示町")
    held = register(again, at=_YESTERDAY)
    return {
        "applications": "/office/applications/",
        "application": f"/office/applications/{held.registration_id}/",
    }


def _pages_of_texts(login_id: str) -> dict[str, str]:
    today = _YESTERDAY.date() + dt.timedelta(days=1)
    waiting = written(shown_from=today, at=_YESTERDAY)
    shown = published(shown_from=today, at=_YESTERDAY)
    back = written(shown_from=today, at=_YESTERDAY)
    notices.withdraw_announcement(announcement_id=back.id, reason="日付の誤り", at=_YESTERDAY, actor=CLERK)
    agreeing = reader("yes@example.com", at=_YESTERDAY)
    first = ContactAddress.Kind.FIRST
    notices.agree_to_advertising(person_id=agreeing.id, kinds=[first], how="settings", at=_YESTERDAY, actor=CLERK)
    own = asked_mailing(at=_YESTERDAY, actor=actors.staff(login_id))
    going_out, stopped, cancelled = (approved_mailing(at=_YESTERDAY) for _ in range(3))
    mailings.carry_on_all(read_clock=lambda: _YESTERDAY)
    notices.stop_mailing(mailing_id=stopped.id, at=_YESTERDAY, actor=CLERK)
    notices.cancel_mailing(mailing_id=cancelled.id, at=_YESTERDAY, actor=CLERK)
    return {
        "announcements": "/office/announcements/",
        "waiting announcement": f"/office/announcements/{waiting.id}/",
        "published announcement": f"/office/announcements/{shown.id}/",
        "announcement taken back": f"/office/announcements/{back.id}/",
        "new announcement": "/office/announcements/new/",
        "new mailing": "/office/advertising/new/",
        "own mailing": f"/office/advertising/{own.id}/",
        "mailing": f"/office/advertising/{going_out.id}/",
        "stopped mailing": f"/office/advertising/{stopped.id}/",
        "cancelled mailing": f"/office/advertising/{cancelled.id}/",
    }


def _pages_of_letters(client: Client) -> dict[str, str]:
    """Print two letters by an export each, and put one back."""
    wanted = {"kind": "letters", "purpose": "住所しか分からない方へのお知らせ", "kept_days": "7"}
    exports = []
    for name in ("見本 一郎", "見本 二郎"):
        writes_to(name)
        exports.append(client.post("/office/exports/new/", wanted)["Location"])
        client.post(f"{exports[-1]}file/")
    printed, put_back = exports
    client.post(f"{put_back}put-back/", {"reason": "プリンターの故障"})
    return {"letters": printed, "letters put back": put_back}


def _pages_of_the_club(client: Client, household: Household) -> dict[str, str]:
    texts = {"text_ja": "点検のため停止いたします。", "text_en": "We are checking our machines."}
    planned = {"activity": "enquiry", "starts_at": "2026-12-01T01:00", "ends_before": "2026-12-01T05:00"}
    client.post("/office/suspensions/new/", planned | texts)
    client.post("/office/suspensions/new/", {"activity": "redemption"} | texts)
    run = client.post("/office/runs/ask/", {"kind": "verify"})["Location"]
    runs.carry_out_all(read_clock=clock.now)
    nights.run_job(nights.Job.LAPSE, dt.date(2026, 11, 21))
    rows = [
        purchase_row("good", household.hanako.number, 1_200, sold_at="2026-11-20T12:00:00"),
        purchase_row("bad", "900000000000", 1_200, sold_at="2026-11-20T12:00:00"),
    ]
    file = SimpleUploadedFile("akari-0001.csv", FeedFile(household.mart.number, rows).content())
    upload = client.post("/office/files/", {"feed": "purchases", "file": file})["Location"]
    uploads.take_in_all(read_clock=clock.now)
    wanted = {"kind": "members", "columns": ["name", "address"], "purpose": "カタログの発送", "kept_days": "7"}
    export = client.post("/office/exports/new/", wanted)["Location"]
    client.post(f"{export}file/")
    return _pages_of_keys(household) | {
        "suspensions": "/office/suspensions/",
        "suspend": "/office/suspensions/new/?activity=accrual",
        "lapses": "/office/suspensions/lapses/?first=2026-12-30&last=2027-01-05",
        "runs": "/office/runs/",
        "run": run,
        "files": "/office/files/",
        "upload": upload,
        "import": f"/office/files/imports/{ImportedFile.objects.get().id}/",
        "exports": "/office/exports/",
        "export": export,
        "new export": "/office/exports/new/",
        "audit": "/office/audit/",
        "staff": "/office/staff/",
    }


def _pages_of_keys(household: Household) -> dict[str, str]:
    mart = household.mart
    merchants.open_store(merchant=mart, code="001", name="本店", at=_YESTERDAY, actor=CLERK)
    facts: dict[str, Any] = {"merchant": mart, "acts": ["accrue", "reverse"], "per_minute": 6_000, "actor": CLERK}
    lost = merchants.issue_key(name="紛失した端末", terminal_code="T1", at=_YESTERDAY, **facts)
    merchants.revoke_key(key_id=lost.key.id, at=_YESTERDAY, actor=CLERK, reason="端末の紛失")
    used = merchants.issue_key(name="レジ3", store_code="001", at=_YESTERDAY, **facts)
    return {
        "keys": f"/office/merchants/{mart.number}/keys/",
        "new key": f"/office/merchants/{mart.number}/keys/new/",
        "revoke key": f"/office/keys/{used.key.id}/revoke/",
    }
