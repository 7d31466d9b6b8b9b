"""`pointclub notices`: what all members are told, which one person asks for and another decides on."""

import datetime as dt
from typing import Annotated, Any
from uuid import UUID

import typer

from pointclub.foundation import clock
from pointclub.foundation.periods import tokyo_day
from pointclub.jobs import output
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff, day
from pointclub.notices import queries as notices_queries
from pointclub.notices import services as notices
from pointclub.notices.models import Announcement, Mailing
from pointclub.people.rules.permissions import Permission

app = typer.Typer()

TitleJa = Annotated[str, typer.Option("--title-ja", metavar="TEXT", help="The title or subject in Japanese.")]
TextJa = Annotated[str, typer.Option("--text-ja", metavar="TEXT", help="The text in Japanese, line ends included.")]
TitleEn = Annotated[str, typer.Option("--title-en", metavar="TEXT", help="The title or subject in English.")]
TextEn = Annotated[str, typer.Option("--text-en", metavar="TEXT", help="The text in English.")]
AnnouncementId = Annotated[UUID, typer.Argument(metavar="ANNOUNCEMENT", help="Its id.")]
MailingId = Annotated[UUID, typer.Argument(metavar="MAILING", help="Its id.")]
# What keeps words from going out is safe, so it is wide: who may ask for them may, and who may let them out.
_MAY_WITHDRAW = (Permission.REQUEST_ANNOUNCEMENT, Permission.DECIDE_ANNOUNCEMENT)
_MAY_STOP = (Permission.REQUEST_ADVERTISING, Permission.DECIDE_ADVERTISING)


@app.command(
    epilog="Example: pointclub notices announce --title-ja 休業 --text-ja … --title-en Closed --text-en … "
    "--from 2026-12-01 --through 2027-01-03 --as sato"
)
def announce(
    *,
    title_ja: TitleJa,
    text_ja: TextJa,
    title_en: TitleEn,
    text_en: TextEn,
    shown_from: Annotated[dt.date, typer.Option("--from", parser=day, metavar="DATE", help="Shown from this day on.")],
    shown_through: Annotated[dt.date, typer.Option("--through", parser=day, metavar="DATE", help="Its last day.")],
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Ask that a text be shown to everybody on the site; somebody else publishes it."""
    actor = acting.staff(as_staff, Permission.REQUEST_ANNOUNCEMENT)
    written = notices.request_announcement(
        japanese=notices.Words(title_ja, text_ja),
        english=notices.Words(title_en, text_en),
        shown_from=shown_from,
        shown_through=shown_through,
        at=clock.now(),
        actor=actor,
    )
    output.emit(_announced(written), json=json)


@app.command(epilog="Example: pointclub notices publish 01890a5d-… --as rikka")
def publish(announcement: AnnouncementId, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Show what somebody else wrote, from its first day on."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.DECIDE_ANNOUNCEMENT)
    output.emit(_announced(notices.publish(request_id=announcement, at=now, actor=actor)), json=json)


@app.command(epilog="Example: pointclub notices withdraw 01890a5d-… --reason 誤記 --as sato")
def withdraw(
    announcement: AnnouncementId,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is recorded.")],
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Take down what was published, or back what was not yet; it takes one person who writes or publishes."""
    now, actor = clock.now(), acting.staff(as_staff, *_MAY_WITHDRAW)
    down = notices.withdraw_announcement(announcement_id=announcement, reason=reason, at=now, actor=actor)
    output.emit(_announced(down), json=json)


@app.command(epilog="Example: pointclub notices announcements --json")
def announcements(*, json: AsJson = False) -> None:
    """Show what is published today."""
    shown = notices_queries.list_announcements(on=tokyo_day(clock.now()))
    output.emit({"announcements": [_announced(each) for each in shown]}, json=json)


@app.command(
    epilog="Example: pointclub notices advertise --title-ja 春 --text-ja … --title-en Spring --text-en … --as sato"
)
def advertise(
    *,
    title_ja: TitleJa,
    text_ja: TextJa,
    title_en: TitleEn,
    text_en: TextEn,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Ask that advertising be sent to all who agreed to it; somebody else approves it."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.REQUEST_ADVERTISING)
    words = {"japanese": notices.Words(title_ja, text_ja), "english": notices.Words(title_en, text_en)}
    output.emit(_mailed(notices.ask_for_mailing(**words, at=now, actor=actor)), json=json)


@app.command("approve-advertising", epilog="Example: pointclub notices approve-advertising 01890a5d-… --as rikka")
def approve_advertising(mailing: MailingId, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Let advertising go out that somebody else asked for; the worker, or `notices send`, sends it."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.DECIDE_ADVERTISING)
    output.emit(_mailed(notices.approve_mailing(request_id=mailing, at=now, actor=actor)), json=json)


@app.command("stop-advertising", epilog="Example: pointclub notices stop-advertising 01890a5d-… --as sato")
def stop_advertising(mailing: MailingId, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Stop a mailing where it is; it takes one person who writes or approves advertising."""
    now, actor = clock.now(), acting.staff(as_staff, *_MAY_STOP)
    output.emit(_mailed(notices.stop_mailing(mailing_id=mailing, at=now, actor=actor)), json=json)


@app.command("cancel-advertising", epilog="Example: pointclub notices cancel-advertising 01890a5d-… --as sato")
def cancel_advertising(mailing: MailingId, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """End a mailing for good: what was not sent never is. It takes one person who writes or approves advertising."""
    now, actor = clock.now(), acting.staff(as_staff, *_MAY_STOP)
    output.emit(_mailed(notices.cancel_mailing(mailing_id=mailing, at=now, actor=actor)), json=json)


@app.command("go-on", epilog="Example: pointclub notices go-on 01890a5d-… --as rikka")
def go_on(mailing: MailingId, *, as_staff: AsStaff, json: AsJson = False) -> None:
    """Let a mailing that was stopped, and that somebody else asked for, go on where it was."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.DECIDE_ADVERTISING)
    output.emit(_mailed(notices.go_on_with_mailing(mailing_id=mailing, at=now, actor=actor)), json=json)


@app.command(epilog="Example: pointclub notices mailings --as sato --json")
def mailings(*, as_staff: AsStaff, json: AsJson = False) -> None:
    """Show the advertising that was asked for, and how far it has come."""
    acting.staff(as_staff, Permission.SEE_ANNOUNCEMENTS)
    output.emit({"mailings": [_mailed(each) for each in notices_queries.list_mailings()]}, json=json)


def _announced(announcement: Announcement) -> dict[str, Any]:
    return {
        "announcement": announcement.id,
        "title_ja": announcement.title_ja,
        "title_en": announcement.title_en,
        "from": announcement.shown_from,
        "through": announcement.shown_through,
        "state": announcement.state_on(tokyo_day(clock.now())).value,
        "written_by": announcement.written_by,
        "decided_by": announcement.decided_by or None,
    }


def _mailed(mailing: Mailing) -> dict[str, Any]:
    progress = notices_queries.progress_of(mailing.id)
    return {
        "mailing": mailing.id,
        "title_ja": mailing.title_ja,
        "title_en": mailing.title_en,
        "state": mailing.state.value,
        "asked_by": mailing.asked_by,
        "decided_by": mailing.decided_by or None,
        "people": progress.people,
        "waiting": progress.waiting,
        "sent": progress.sent,
        "not_sent": progress.not_sent,
        "came_back": progress.came_back,
    }
