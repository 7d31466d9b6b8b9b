"""`pointclub notices`: mail that leaves, mail that comes back, and what all members are told."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from pointclub.foundation import clock
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.jobs import bounces as returned
from pointclub.jobs import letters as printing
from pointclub.jobs import output, post, reminders
from pointclub.jobs.commands import acting
from pointclub.jobs.commands.arguments import AsJson, AsStaff, AsStaffForJob, day
from pointclub.jobs.commands.progress import bar
from pointclub.notices import queries as notices_queries
from pointclub.notices import services as notices
from pointclub.notices.models import Announcement
from pointclub.people.rules.permissions import Permission

app = typer.Typer(no_args_is_help=True)

TitleJa = Annotated[str, typer.Option("--title-ja", metavar="TEXT", help="The title or subject in Japanese.")]
TextJa = Annotated[str, typer.Option("--text-ja", metavar="TEXT", help="The text in Japanese, line ends included.")]
TitleEn = Annotated[str, typer.Option("--title-en", metavar="TEXT", help="The title or subject in English.")]
TextEn = Annotated[str, typer.Option("--text-en", metavar="TEXT", help="The text in English.")]


@app.command(epilog="Example: pointclub notices send --json")
def send(*, as_staff: AsStaffForJob = None, json: AsJson = False) -> None:
    """Send the mail that is due now, as the worker does every minute."""
    acting.staff_or_job(as_staff, Permission.RUN_JOBS, job="notices")
    done = post.send_all(read_clock=clock.now)
    output.emit({outcome.value: done[outcome.value] for outcome in notices.Outcome}, json=json)


@app.command(epilog="Example: pointclub notices remind --json")
def remind(*, as_staff: AsStaffForJob = None, json: AsJson = False) -> None:
    """Tell members whose points lapse soon, as the worker does every morning; nobody is told twice."""
    acting.staff_or_job(as_staff, Permission.RUN_JOBS, job="reminders")
    told = sum(reminders.remind_all(at=clock.now()))
    output.emit({"reminded": told}, json=json)


@app.command(epilog="Example: pointclub notices bounces /var/mail/bounces")
def bounces(
    place: Annotated[Path, typer.Argument(metavar="PLACE", help="A Maildir, an mbox, a folder of mails, or one mail.")],
    *,
    as_staff: AsStaffForJob = None,
    json: AsJson = False,
) -> None:
    """Take in mail that came back: addresses that do not exist are marked. Doing it again does nothing."""
    actor = acting.staff_or_job(as_staff, Permission.RUN_JOBS, job="bounces")
    taken = Counter(notices.take_bounce(content, at=clock.now(), actor=actor) for content in returned.read_mails(place))
    output.emit({each.value: taken[each] for each in notices.Taken}, json=json)


@app.command(
    epilog="Example: pointclub notices publish --title-ja 休業 --text-ja … --title-en Closed --text-en … "
    "--from 2026-12-01 --through 2027-01-03 --as sato"
)
def publish(
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
    """Show a text to everybody on the site, from one day through another."""
    actor = acting.staff(as_staff, Permission.PUBLISH_NOTICES)
    published = notices.publish(
        japanese=notices.Words(title_ja, text_ja),
        english=notices.Words(title_en, text_en),
        shown_from=shown_from,
        shown_through=shown_through,
        at=clock.now(),
        actor=actor,
    )
    output.emit(_described(published), json=json)


@app.command(epilog="Example: pointclub notices withdraw 01890a5d-… --as sato")
def withdraw(
    announcement: Annotated[UUID, typer.Argument(metavar="ANNOUNCEMENT", help="Its id.")],
    *,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Take down what was published."""
    actor = acting.staff(as_staff, Permission.PUBLISH_NOTICES)
    notices.withdraw_announcement(announcement_id=announcement, at=clock.now(), actor=actor)
    output.emit({"withdrawn": announcement}, json=json)


@app.command(epilog="Example: pointclub notices announcements --json")
def announcements(*, json: AsJson = False) -> None:
    """Show what is published today."""
    shown = notices_queries.list_announcements(on=tokyo_day(clock.now()))
    output.emit({"announcements": [_described(each) for each in shown]}, json=json)


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
    """Send advertising to all who agreed to it; stopped midway, `notices go-on` with its id does the rest."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.SEND_ADVERTISING)
    words = {"japanese": notices.Words(title_ja, text_ja), "english": notices.Words(title_en, text_en)}
    mailing = notices.ask_for_mailing(**words, at=now, actor=actor)
    typer.echo(f"The mailing is {mailing.id}.", err=True)
    _carry_on(mailing.id, as_staff=as_staff, json=json)


@app.command("go-on", epilog="Example: pointclub notices go-on 01890a5d-… --as sato")
def go_on(
    mailing: Annotated[UUID, typer.Argument(metavar="MAILING", help="Its id.")],
    *,
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Send a mailing to those whom it has not reached."""
    _carry_on(mailing, as_staff=as_staff, json=json)


def _carry_on(mailing_id: UUID, *, as_staff: str, json: bool) -> None:
    now, actor = clock.now(), acting.staff(as_staff, Permission.SEND_ADVERTISING)
    told = 0
    with bar("People", total=notices_queries.count_wanting_advertising(), json=json) as progress:
        for number in notices.carry_on_mailing(mailing_id=mailing_id, at=now, actor=actor):
            told += number
            progress.advance(number)
        progress.finish()
    output.emit({"mailing": mailing_id, "people": told}, json=json)


class LetterFileError(Refusal):
    """The letters could not be written, so they go on waiting."""

    code = "letter_file"


@app.command(epilog="Example: pointclub notices letters --pdf letters.pdf --csv addresses.csv --as sato")
def letters(
    *,
    pdf: Annotated[Path, typer.Option("--pdf", metavar="FILE", help="Where the letters go, a page each.")],
    addresses: Annotated[Path, typer.Option("--csv", metavar="FILE", help="Where the list of addresses goes.")],
    as_staff: AsStaff,
    json: AsJson = False,
) -> None:
    """Print the letters that wait, a hundred at most; each is printed once. Neither file may be there before."""
    now, actor = clock.now(), acting.staff(as_staff, Permission.PRINT_LETTERS)
    for file in (pdf, addresses):
        if file.exists():
            message = f"{file} is there already. Nothing was printed."
            raise LetterFileError(message)

    @act
    def print_all() -> int:
        printed = notices.print_letters(at=now, actor=actor)
        if printed:
            _write(pdf, printing.as_pdf(printed, on=tokyo_day(now)))
            _write(addresses, printing.as_csv(printed))
        return len(printed)

    output.emit({"letters": print_all()}, json=json)


def _write(file: Path, content: bytes) -> None:
    """Write a file that nobody else on the machine can read."""
    try:
        file.touch(mode=0o600)
        file.write_bytes(content)
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror}. The letters go on waiting."
        raise LetterFileError(message) from None


def _described(announcement: Announcement) -> dict[str, Any]:
    return {
        "announcement": announcement.id,
        "title_ja": announcement.title_ja,
        "title_en": announcement.title_en,
        "from": announcement.shown_from,
        "through": announcement.shown_through,
    }
