"""`pointclub notices`: mail that leaves, mail that comes back, and letters."""

from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pointclub.foundation import clock
from pointclub.foundation.actors import Actor
from pointclub.foundation.acts import act
from pointclub.foundation.periods import tokyo_day
from pointclub.foundation.refusals import Refusal
from pointclub.jobs import bounce_lists, mailings, output, post, reminders
from pointclub.jobs import bounces as returned
from pointclub.jobs.commands import acting, announcing
from pointclub.jobs.commands.arguments import AsJson, AsStaff, AsStaffForJob
from pointclub.notices import services as notices
from pointclub.notices.queries import letter_sheets
from pointclub.notices.rules.bounce_lists import BadLine
from pointclub.people.rules.permissions import Permission

app = typer.Typer(no_args_is_help=True)
app.add_typer(announcing.app)


@app.command(epilog="Example: pointclub notices send --json")
def send(*, as_staff: AsStaffForJob = None, json: AsJson = False) -> None:
    """Send the mail that is due now, advertising that was approved too, as the worker does every minute."""
    acting.staff_or_job(as_staff, Permission.RUN_JOBS, job="notices")
    mailings.carry_on_all(read_clock=clock.now)
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
    place: Annotated[
        Path,
        typer.Argument(metavar="PLACE", help="A Maildir, an mbox, a folder of mails, one mail, or a list: a .csv."),
    ],
    *,
    as_staff: AsStaffForJob = None,
    json: AsJson = False,
) -> None:
    """Take in mail that came back: addresses that do not exist are marked. Doing it again does nothing.

    A list names columns address, when, kind (permanent or temporary) and, if it has one, reason. Exit code 1: some
    lines of it are bad, and are named by their numbers; all others were taken.
    """
    actor = acting.staff_or_job(as_staff, Permission.RUN_JOBS, job="bounces")
    if bounce_lists.is_list(place):
        _take_list(place, actor, json=json)
        return
    taken = Counter(notices.take_bounce(content, at=clock.now(), actor=actor) for content in returned.read_mails(place))
    output.emit({each.value: taken[each] for each in notices.Taken}, json=json)


def _take_list(file: Path, actor: Actor, *, json: bool) -> None:
    now = clock.now()
    taken: Counter[notices.Taken] = Counter()
    bad = []
    for line in bounce_lists.read_lines(file, at=now):
        if isinstance(line, BadLine):
            bad.append(asdict(line))
        else:
            taken[notices.take_listed_bounce(line, at=now, actor=actor)] += 1
    output.emit({**{each.value: taken[each] for each in notices.Taken}, "bad": bad}, json=json)
    if bad:
        raise SystemExit(output.DIFFERENCE)


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
    """Print the letters that wait, to a hundred people at most; each is printed once. Neither file may be there before.

    To more people, `pointclub export request letters` asks for them, and somebody else decides.
    """
    now, actor = clock.now(), acting.staff(as_staff, Permission.PRINT_LETTERS)
    for file in (pdf, addresses):
        if file.exists():
            message = f"{file} is there already. Nothing was printed."
            raise LetterFileError(message)

    @act
    def print_all() -> int:
        printed = notices.print_letters(at=now, actor=actor)
        if printed:
            _write(pdf, letter_sheets.as_pdf(printed, on=tokyo_day(now)))
            _write(addresses, letter_sheets.as_csv(printed))
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
