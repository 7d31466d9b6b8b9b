"""Reading the environment variables, and refusing what nobody should start with."""

import difflib
from collections.abc import Mapping
from typing import Any

from pointclub.config.declared import SAMPLE_PHONE, SAMPLE_SENDER, VARIABLES, Environment
from pointclub.config.declaring import Variable
from pointclub.config.reading import host_of

__all__ = [
    "SAMPLE_PHONE",
    "SAMPLE_SENDER",
    "VARIABLES",
    "Environment",
    "EnvironmentRefusedError",
    "read_environment",
]

PREFIX = "POINTCLUB_"
SHORTEST_SECRET = 32


class EnvironmentRefusedError(Exception):
    """The environment is not fit to start with; the message lists everything that is wrong at once."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The settings are not fit to start with:\n" + "\n".join(f"- {each}" for each in problems))
        self.problems = problems


def read_environment(environ: Mapping[str, str]) -> Environment:
    """Read and check all variables; every problem is told at once, since a restart is needed for each attempt."""
    problems = _unknown_names(environ)
    values: dict[str, Any] = {}
    for variable in VARIABLES:
        try:
            text = variable.text_in(environ)
            values[variable.field] = None if text is None else variable.read(text)
        except (ValueError, OSError) as error:
            problems.append(f"{variable.name}: {error}")
    if problems:
        raise EnvironmentRefusedError(problems)
    environment = Environment(**values)
    problems = _unfit_for_passkeys(environment)
    problems += _unfit_for_production(environment, environ) if environment.is_production else []
    if problems:
        raise EnvironmentRefusedError(problems)
    return environment


def _unknown_names(environ: Mapping[str, str]) -> list[str]:
    known = {name for variable in VARIABLES for name in variable.names}
    problems = []
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Is {near[0]} meant?" if near else " `pointclub settings` lists all."
            problems.append(f"{name} is not a setting.{hint}")
    return problems


def _is_needed(variable: Variable, environment: Environment) -> bool:
    """Tell whether production cannot do without it."""
    if variable.field == "external_id_secret":
        return environment.external_id_issuer is not None
    return variable.field != "database_owner_url"


def _unfit_for_passkeys(environment: Environment) -> list[str]:
    """No browser takes a name that the site does not lie in, so nobody could come in with a passkey."""
    name, site = environment.passkey_host, host_of(environment.public_url)
    if name is None or site == name or site.endswith(f".{name}"):
        return []
    return [f"POINTCLUB_PASSKEY_HOST: POINTCLUB_PUBLIC_URL has the host {site}, which does not lie in it."]


def _unfit_for_production(environment: Environment, environ: Mapping[str, str]) -> list[str]:
    problems = [
        f"{variable.name} is a secret that production needs; set it or {variable.name}_FILE."
        for variable in VARIABLES
        if variable.secret and variable.is_default(environ) and _is_needed(variable, environment)
    ]
    problems += [
        f"{name} is too short: production asks for at least {SHORTEST_SECRET} characters."
        for name, value in (
            ("POINTCLUB_SECRET_KEY", environment.secret_key),
            ("POINTCLUB_PASSWORD_PEPPER", environment.password_pepper),
        )
        if len(value) < SHORTEST_SECRET
    ]
    if (environment.external_id_issuer or "https:").startswith("http:"):
        problems.append("POINTCLUB_EXTERNAL_ID_ISSUER: an OpenID provider is called by https.")
    if environment.clock is not None:
        problems.append("POINTCLUB_CLOCK: production runs on the real time.")
    if environment.mailbox_folder is not None:
        problems.append("POINTCLUB_MAILBOX_FOLDER: production shows nobody's mail.")
    if not environment.public_url.startswith("https://"):
        problems.append("POINTCLUB_PUBLIC_URL: links in mails lead to https://.")
    if SAMPLE_SENDER.partition("@")[2] in environment.mail_sender + environment.bounce_address:
        problems.append("POINTCLUB_MAIL_SENDER and POINTCLUB_BOUNCE_ADDRESS: production has addresses of its own.")
    return problems
