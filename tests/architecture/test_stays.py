"""Whatever somebody changes who is in holds their stay: a report of theft undoes it, or it is refused (MEM-6)."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pointclub.portal

PORTAL = Path(pointclub.portal.__file__).parent
# The module that asks, and what for: why no stay is held.
WITHOUT_STAY = {
    "account_views: people.note_success": "counts tries",
    "app_code_views: people.note_success": "counts tries",
    "buttons: notices.send_trial": "newcomers send it as well; it changes nothing, and is limited",
    "doors: energy.try_contract": "newcomers are not in",
    "entering: membership.come_in": "begins the stay",
    "entering: people.begin_attempt": "counts tries",
    "entering: people.note_success": "counts tries",
    "entering: people.show_second_factor": "leads to a stay",
    "entering: people.take_mailed_code": "leads to a stay",
    "form_views: people.begin_attempt": "counts tries",
    "form_views: people.note_success": "counts tries",
    "notices_views: notices.note_read": "changes nothing but that it was read",
    "notices_views: notices.stop_by_link": "the mailed link is all it takes",
    "old_membership: people.note_success": "counts tries",
    "passkey_views: people.show_passkey": "leads to a stay or proves anew whose it is",
    "proof_views: membership.prove_address": "the mailed link is all it takes",
    "recovery_views: membership.renew_credentials": "the mailed link is all it takes",
    "recovery_views: membership.report_theft": "ends every stay",
    "recovery_views: people.note_success": "counts tries",
    "send_off: membership.register": "newcomers are not in",
    "sign_in_views: membership.mail_sign_in_code": "leads to a stay",
    "sign_in_views: people.end_sign_in": "ends the stay",
}


def calls() -> Iterator[tuple[str, bool]]:
    """Give each act that the portal asks for, and whether it is handed the stay."""
    for path in sorted(PORTAL.rglob("*.py")):
        tree = ast.parse(path.read_text())
        services = {
            alias.asname or alias.name: f"{node.module}.services"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
            if alias.name == "services"
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            of = node.func.value
            if isinstance(of, ast.Name) and of.id in services and _is_act(services[of.id], node.func.attr):
                package = services[of.id].split(".")[1]
                yield f"{path.stem}: {package}.{node.func.attr}", any(each.arg == "stay" for each in node.keywords)


def _is_act(module: str, name: str) -> bool:
    found = getattr(import_module(module), name)
    return inspect.isfunction(found) and hasattr(found, "__wrapped__")


def test_every_act_of_the_portal_holds_the_stay_but_those_that_have_none() -> None:
    assert {call for call, holds_stay in calls() if not holds_stay} == set(WITHOUT_STAY)
