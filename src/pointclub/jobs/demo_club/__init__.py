"""A made-up club to look at: nobody in it exists, and what it did happened through the same services as in earnest."""

from pointclub.jobs.demo_club.contracts import find_free_numbers
from pointclub.jobs.demo_club.desks import SECRET
from pointclub.jobs.demo_club.keyword import KEYWORD, MAIL
from pointclub.jobs.demo_club.load import SIGN_INS, StrangersThereError, load_demo_club
from pointclub.jobs.demo_club.old_club import OLD_NUMBER, OLD_PASSWORD
from pointclub.jobs.demo_club.plan import FULL, Size
from pointclub.jobs.demo_club.terminals import issue_keys

__all__ = [
    "FULL",
    "KEYWORD",
    "MAIL",
    "OLD_NUMBER",
    "OLD_PASSWORD",
    "SECRET",
    "SIGN_INS",
    "Size",
    "StrangersThereError",
    "find_free_numbers",
    "issue_keys",
    "load_demo_club",
]
