"""Tables of the people module."""

from pointclub.people.models.access import KnownDevice, MailedCode, RecoveryLink, SignIn, SignInAlarm
from pointclub.people.models.contacts import ContactAddress, PersonalDetail, PhoneNumber, SealedValue, Unmasking
from pointclub.people.models.keywords import IdentityKeyword
from pointclub.people.models.persons import Person, User
from pointclub.people.models.sign_ins import SignInAttempt
from pointclub.people.models.staff import StaffRole

__all__ = [
    "ContactAddress",
    "IdentityKeyword",
    "KnownDevice",
    "MailedCode",
    "Person",
    "PersonalDetail",
    "PhoneNumber",
    "RecoveryLink",
    "SealedValue",
    "SignIn",
    "SignInAlarm",
    "SignInAttempt",
    "StaffRole",
    "Unmasking",
    "User",
]
