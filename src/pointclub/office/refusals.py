"""Refusals in the words of the office: what machines call by a code, people read as a sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from pointclub.foundation.refusals import Refusal

_REFUSALS: Mapping[str, Any] = {
    "too_many_attempts": gettext_lazy("There were too many attempts. Please try again at %(retry_at)s or later."),
    "hashes_busy": gettext_lazy("Many people are signing in at the moment. Please try again in a minute."),
    "wrong_code": gettext_lazy("This code is wrong. Check the time on your device and enter the code shown now."),
    "used_code": gettext_lazy("This code was used before. Please wait for the next one."),
    "has_second_factor": gettext_lazy("A second factor is set up already. An administrator can reset it."),
    "no_second_factor": gettext_lazy("There is no second factor to reset."),
    "unknown_member": gettext_lazy("No member has this number."),
    "same_person": gettext_lazy("Whoever asked for it cannot decide on it. Somebody else must."),
    "application_reason": gettext_lazy("Enter a reason."),
    "already_decided": gettext_lazy("This has already been decided."),
    "insufficient_points": gettext_lazy(
        "%(requested)s points were asked for and %(available)s can be used: %(short_by)s are missing."
    ),
    "account_closed": gettext_lazy("The membership has ended, so its points can no longer be moved."),
    "month_closed": gettext_lazy("The books of that month are closed."),
    "expiry_shortened": gettext_lazy("The new expiry date must be later than the present one."),
    "invalid_points": gettext_lazy("Points are whole numbers from 1 to 1,000,000,000."),
    "points_suspended": gettext_lazy("Points management is suspended at the moment. Nothing was changed."),
    "already_asked": gettext_lazy("This is waiting or under way already; its result will be shown below."),
    "unknown_suspension": gettext_lazy("It is not suspended."),
    "invalid_suspension": gettext_lazy("A suspension must end after it starts, and needs its text in both languages."),
    "uploaded_before": gettext_lazy("The same file was handed in before and waits to be taken in."),
    "upload_too_large": gettext_lazy("The file is too large for this page."),
    "broken_file": gettext_lazy("The file does not hold together, and nothing of it was taken in: %(message)s"),
    "sequence_gap": gettext_lazy(
        "File %(expected)s of this sender has not come; this is file %(found)s. Nothing of it was taken in."
    ),
    "sequence_reused": gettext_lazy("A file with this number, or a later one, came before with other content."),
    "earlier_file_unfinished": gettext_lazy("An earlier file of this sender has to be finished first."),
    "unknown_merchant": gettext_lazy("The sender is no merchant of ours."),
    "merchant_suspended": gettext_lazy("The merchant is suspended; the file is held until it may give points again."),
    "invalid_merchant": gettext_lazy("Number, code or name cannot be used as they are. Please check them."),
    "merchant_number_taken": gettext_lazy("Another merchant has this number."),
    "not_yet_admitted": gettext_lazy("A merchant cannot leave before its first day."),
    "invalid_key": gettext_lazy("The key makes no sense as it stands. Please check what you entered."),
    "unknown_store": gettext_lazy("The merchant has no store of this code."),
    "no_terminals": gettext_lazy("No key is issued to a merchant that has left, nor to the operator."),
    "store_code_taken": gettext_lazy("The merchant has a store of this code already."),
    "invalid_rule": gettext_lazy("The rule or campaign makes no sense as it stands. Please check its figures."),
    "recorded_meanwhile": gettext_lazy(
        "Somebody else recorded a version of this campaign at the same moment. Look at it before you record another."
    ),
    "operator_stays": gettext_lazy("The operator gives the points on bills, and is neither suspended nor ended."),
    "no_special_expiry": gettext_lazy("The program in force on the first day of sale has no special last days."),
    "no_program_version": gettext_lazy("No version of the program is in force on the first day of sale."),
    "identity_not_checked": gettext_lazy("Check the caller's identity first. Nothing has been shown or changed."),
    "identity_check_locked": gettext_lazy(
        "Too many checks of this member failed. No more are taken until %(retry_at)s; tell the caller nothing."
    ),
    "too_few_answers": gettext_lazy("Enter answers to at least two of the questions."),
    "redemption_blocked": gettext_lazy("Redemption is blocked for this membership. Nothing was taken."),
    "family_member_cannot_redeem": gettext_lazy("Only the primary member can use points."),
    "reward_not_offered": gettext_lazy("The program in force does not offer this kind of reward."),
    "already_blocked": gettext_lazy("Redemption is blocked for this membership already."),
    "not_blocked": gettext_lazy("Redemption is not blocked for this membership."),
    "own_suspicion": gettext_lazy("Whoever blocked on suspicion does not lift the block; somebody else does."),
    "primary_needed": gettext_lazy("A revocation is asked for at the primary member: it ends the whole membership."),
    "membership_ended": gettext_lazy("The membership has ended."),
    "revocation_asked": gettext_lazy("A revocation of this membership waits for its decision already."),
    "revocation_waits": gettext_lazy("A revocation of this membership waits for its decision. Until then it goes on."),
    "hand_over_stopped": gettext_lazy("Do not hand this over: the membership is being revoked."),
    "too_many_unmasked": gettext_lazy(
        "You have been shown the data of %(most)s persons today, which is the most for one day."
    ),
    "invalid_announcement": gettext_lazy("The announcement makes no sense as it stands. Please check its last day."),
    "announcement_over": gettext_lazy("This announcement is not shown, nor will it be. Nothing was changed."),
    "invalid_mailing": gettext_lazy("Subject and text are needed in both languages."),
    "mailing_not_going_out": gettext_lazy("This cannot be done at the moment: look at the state of the mailing."),
    "withdrawal_reason": gettext_lazy("Enter a reason."),
    "version_exists": gettext_lazy("A version has this code or this first day already."),
    "backdated_version": gettext_lazy("A version cannot take effect on a day that has passed."),
    "invalid_version": gettext_lazy("A figure of the version makes no sense."),
    "export_gone": gettext_lazy("The file could be had until %(kept_through)s. Ask for a new one."),
    "not_your_export": gettext_lazy("A file goes to whoever asked for it. Ask for one of your own."),
    "no_letter_waits": gettext_lazy("No letter waits to be printed. Nothing was asked for."),
    "nobody_joined": gettext_lazy("Nobody joined in that period. Nothing was asked for."),
    "no_letters_left": gettext_lazy("No letter waits any more: all were printed in the meantime."),
    "letters_put_back": gettext_lazy("These letters were put back. They are printed anew with those that wait."),
    "put_back_reason": gettext_lazy("Enter a reason."),
    "too_many_letters": gettext_lazy(
        "With these letters you would be shown the data of more than %(most)s persons today. Fetch them tomorrow."
    ),
    "letter_font_missing": gettext_lazy(
        "The font for letters is missing on the server. The letters go on waiting; tell who runs the system."
    ),
    "export_not_approved": gettext_lazy("This export waits for a decision, or was turned down."),
    "unknown_entry": gettext_lazy("The log has no such entry."),
    "unknown_staff": gettext_lazy("No active member of staff has this login ID."),
    "key_reused": gettext_lazy("This form was sent before with other content. Nothing was done: please open it again."),
    "block_reason": gettext_lazy("Enter a reason."),
    "revocation_reason": gettext_lazy("Enter a reason."),
    "version_reason": gettext_lazy("Enter a reason."),
    "unmasking_reason": gettext_lazy("Enter a reason."),
    "line_ended": gettext_lazy("This reward was delivered or returned already."),
    "own_second_factor": gettext_lazy("Another administrator resets your second factor."),
}


def tell(refusal: Refusal) -> str:
    """Return why something was refused."""
    sentence = _REFUSALS.get(refusal.code)
    if sentence is None:
        return gettext("This was refused, and nothing was changed: %(reason)s") % {"reason": refusal.message}
    written = {name: _written(value) for name, value in refusal.details.items()}
    return str(sentence) % {"message": refusal.message, **written}


def tell_kept(code: str, message: str) -> str:
    """Return why something was refused that nobody saw: its figures stand in the English words only."""
    sentence = str(_REFUSALS.get(code, ""))
    if not sentence or "%(" in sentence:
        return gettext("This was refused: %(reason)s") % {"reason": message}
    return sentence


def _written(value: Any) -> Any:
    """Write an instant as a clock in Japan shows it, and a figure with its commas."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, str):
        try:
            instant = dt.datetime.fromisoformat(value)
        except ValueError:
            return value
        if instant.tzinfo is not None:
            return timezone.localtime(instant).strftime("%H:%M")
    return value
