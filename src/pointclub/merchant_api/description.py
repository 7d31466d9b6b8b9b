"""What the interface offers, as OpenAPI 3.1: made of the endpoints, the shapes and the table of problems."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from pointclub.merchant_api import shapes
from pointclub.merchant_api.calls import Endpoint
from pointclub.merchant_api.described import DESCRIBED, Described
from pointclub.merchant_api.endpoints import ENDPOINTS
from pointclub.merchant_api.problem_codes import PROBLEMS
from pointclub.merchant_api.problems import TYPE_PREFIX, ProblemBody

VERSION = "1.0.0"

_REFERENCE = "#/components/schemas/{name}"
# What a request can be answered with before it is one, what any that reaches the desk can, and any that writes.
_ON_ITS_WAY_IN = ("malformed_request", "request_timeout", "headers_too_large")
_ALWAYS = (*_ON_ITS_WAY_IN, "internal_error", "queue_full", "unreachable", "stopping")
_WITH_KEY = ("key_missing", "key_unknown", "too_many_requests", "too_many_unknown_keys")
_WRITING = (
    "idempotency_key_missing",
    "idempotency_key_invalid",
    "idempotency_key_reused",
    "invalid_json",
    "invalid_body",
    "body_too_large",
    "body_too_deep",
    "unsupported_media_type",
    "points_suspended",
)
_RETRIED = frozenset({429, 503})
_UNAUTHORIZED = 401


def description() -> dict[str, Any]:
    """Return the document."""
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in ENDPOINTS:
        told = DESCRIBED[(endpoint.method, endpoint.path)]
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, told)
    paths["/livez"] = {"get": _live()}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Points club: merchants' interface", "version": VERSION, "description": _HEAD},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": _SECURITY, "headers": _HEADERS},
    }


def written() -> str:
    """Return the document as it stands in docs/api/openapi.json."""
    return json.dumps(description(), ensure_ascii=False, indent=1) + "\n"


def codes_of(endpoint: Endpoint) -> Sequence[str]:
    """Return every problem that the endpoint can answer with, in the order of the table."""
    possible = {*_ALWAYS, *_WITH_KEY, *DESCRIBED[(endpoint.method, endpoint.path)].problems}
    if endpoint.writes:
        possible |= set(_WRITING)
    if endpoint.act is not None:
        possible.add("act_not_allowed")
    return [code for code in PROBLEMS if code in possible]


_HEAD = """\
Tills and merchants' systems send sales here and put them right. No answer tells a balance, another merchant's data, or
whether a member could use points.

Amounts are whole yen and whole points, written as plain JSON integers. Every write carries an `Idempotency-Key`: sent
again with the same key and body it does nothing again, and is answered as the first time. A problem is told as
`application/problem+json` (RFC 9457), in Japanese or, with `Accept-Language: en`, in English.
"""

_SECURITY = {
    "terminalKey": {"type": "http", "scheme": "bearer", "description": "A terminal key, `pct_` and 43 characters."}
}
_HEADERS = {
    "Idempotent-Replayed": {
        "description": "`true` where this is the answer that was given before, and nothing was done again.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Retry-After": {
        "description": "After how many seconds to send the same request again.",
        "schema": {"type": "integer", "minimum": 1},
    },
    "WWW-Authenticate": {"description": "How to authenticate.", "schema": {"type": "string"}},
    "Content-Language": {"description": "The language of title and detail.", "schema": {"enum": ["ja", "en"]}},
}
# The commonest of what cannot be shown; a pattern of all that Unicode has would be as long as this module.
_NOT_SHOWN = r"\u0000-\u001f\u007f-\u00a0\u00ad\u3000"
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "What makes the write count once: 1 to 80 printable characters in UTF-8, new for every new request.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": 80,
        "pattern": f"^[^ {_NOT_SHOWN}]([^{_NOT_SHOWN}]*[^ {_NOT_SHOWN}])?$",
    },
}
_LANGUAGE = {
    "name": "Accept-Language",
    "in": "header",
    "required": False,
    "description": "`ja` or `en`, for the words of problems. Japanese is the default.",
    "schema": {"type": "string"},
}


def _operation(endpoint: Endpoint, told: Described) -> dict[str, Any]:
    parameters = [*told.parameters, _LANGUAGE]
    if endpoint.writes:
        parameters.insert(0, _IDEMPOTENCY_KEY)
    operation: dict[str, Any] = {
        "operationId": told.name,
        "summary": told.summary,
        "description": told.description + _act_needed(endpoint),
        "parameters": parameters,
        "responses": {**_successes(endpoint, told), **_problems(codes_of(endpoint))},
        "security": [{"terminalKey": []}],
    }
    if told.body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": _schema(told.body)}}}
    return operation


def _act_needed(endpoint: Endpoint) -> str:
    return "" if endpoint.act is None else f"\n\nThe key must allow `{endpoint.act}`."


def _successes(endpoint: Endpoint, told: Described) -> dict[str, Any]:
    headers = {"Idempotent-Replayed": {"$ref": "#/components/headers/Idempotent-Replayed"}} if endpoint.writes else {}
    return {
        str(status): {
            "description": words,
            "content": {"application/json": {"schema": _schema(told.answer)}},
            **({"headers": headers} if headers else {}),
        }
        for status, words in told.successes.items()
    }


def _problems(codes: Sequence[str]) -> dict[str, Any]:
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(PROBLEMS[code].status, []).append(code)
    return {str(status): _problem_response(status, by_status[status]) for status in sorted(by_status)}


def _problem_response(status: int, codes: Sequence[str]) -> dict[str, Any]:
    names = ["Content-Language"]
    names += ["Retry-After"] if status in _RETRIED else []
    names += ["WWW-Authenticate"] if status == _UNAUTHORIZED else []
    schema = {
        "allOf": [
            {"$ref": _REFERENCE.format(name="Problem")},
            {"properties": {"code": {"enum": list(codes)}, "status": {"const": status}}},
        ]
    }
    return {
        "description": "\n".join(f"- `{code}`: {PROBLEMS[code].en.title}." for code in codes),
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in names},
        "content": {"application/problem+json": {"schema": schema}},
    }


def _live() -> dict[str, Any]:
    return {
        "operationId": "livez",
        "summary": "Whether the process answers",
        "description": "Takes no key and asks no database.",
        "responses": {
            "200": {
                "description": "It does.",
                "content": {"application/json": {"schema": _schema(shapes.LiveOut)}},
            },
            **_problems(_ON_ITS_WAY_IN),
        },
        "security": [],
    }


def _schema(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {"$ref": _REFERENCE.format(name=_name(kind.__name__))}


def _name(name: str) -> str:
    """Return the name for readers: AccrualIn is an AccrualRequest, AccrualOut an Accrual."""
    return re.sub("In$", "Request", re.sub("(Out|Body)$", "", name))


def _schemas() -> dict[str, Any]:
    kinds = [told.body for told in DESCRIBED.values() if told.body is not None]
    kinds += [told.answer for told in DESCRIBED.values()]
    _, components = msgspec.json.schema_components([*kinds, shapes.LiveOut, ProblemBody], ref_template=_REFERENCE)
    text = json.dumps(components)
    renamed: dict[str, Any] = json.loads(
        re.sub(r"#/components/schemas/(\w+)", lambda found: f"#/components/schemas/{_name(found[1])}", text)
    )
    schemas = {_name(name): _tidied(schema) for name, schema in renamed.items()}
    _say_what_shapes_cannot(schemas)
    return dict(sorted(schemas.items()))


def _tidied(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name != "title"}


def _say_what_shapes_cannot(schemas: dict[str, Any]) -> None:
    """Write down the rules between fields, which are checked after decoding."""
    schemas["AccrualRequest"]["anyOf"] = [{"required": ["price_yen"]}, {"required": ["points"]}]
    schemas["AccrualRequest"]["properties"]["sold_at"]["pattern"] = "^2[01][0-9]{2}-"
    for name in ("CorrectionRequest", "CorrectionByReferenceRequest"):
        schemas[name]["oneOf"] = [
            {"required": ["price_yen"], "not": {"required": ["points"]}},
            {
                "required": ["points"],
                "not": {"required": ["price_yen"]},
                "properties": {"ineligible_yen": {"const": 0}, "tax_yen": {"const": 0}},
            },
        ]
    row: dict[str, Any] = {"$ref": _REFERENCE.format(name="AccrualRequest")}
    refused = {"description": "Anything else is refused in its place, and the other rows are not."}
    schemas["BatchRequest"]["properties"]["rows"]["items"] = {"anyOf": [row, refused]}
    schemas["Row"]["oneOf"] = [{"required": ["accepted"]}, {"required": ["refused"]}]
    problem = schemas["Problem"]["properties"]
    problem["type"]["pattern"] = f"^{TYPE_PREFIX}[a-z_]+$"
    problem["code"]["enum"] = list(PROBLEMS)
