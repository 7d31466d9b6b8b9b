"""What an application, or what is to become of a line, can be refused for."""

from __future__ import annotations

from pointclub.foundation.refusals import Refusal, UnavailableError


class FamilyMemberCannotRedeemError(Refusal):
    """Only the primary member applies (RED-1)."""

    code = "family_member_cannot_redeem"


class InvalidCartError(Refusal):
    """The application has no lines, too many, or one that makes no sense."""

    code = "invalid_cart"


class RewardNotOfferedError(Refusal):
    """The program in force does not offer this kind of reward (TRM-4)."""

    code = "reward_not_offered"


class RedemptionBlockedError(Refusal):
    """Redemption is blocked for this membership; why is between the member and the operator."""

    code = "redemption_blocked"


class AddressNotProvedError(Refusal):
    """Who registered proves the first e-mail address before any point is used (REG-5)."""

    code = "address_not_proved"


class StepUpRequiredError(Refusal):
    """A member uses points only after showing password or passkey within the last five minutes (REG-8)."""

    code = "step_up_required"


class CooldownError(UnavailableError):
    """The e-mail address was changed a short while ago; what could be turned into money elsewhere waits."""

    code = "cooldown"


class HandOverStoppedError(Refusal):
    """A revocation of the membership waits, or was carried out: what was not handed over stays here (END-4)."""

    code = "hand_over_stopped"


class LineEndedError(Refusal):
    """The line was fulfilled or returned; it has one end only (I7)."""

    code = "line_ended"
