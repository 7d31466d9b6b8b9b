"""The body as it comes over the wire: bounded in size before it is kept, and in depth before it is parsed."""

from __future__ import annotations

import re
from typing import Any

from pointclub.merchant_api.problems import ProblemError

LARGEST_BODY = 64 * 1024
LARGEST_BATCH = 1024 * 1024
DEEPEST = 16

# Possessive, so that no text makes it try twice.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_AS_BRACES = bytes.maketrans(b"[]", b"{}")
_ALL_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


class CallerGoneError(Exception):
    """The caller hung up before it had said everything; there is nobody to answer."""


async def receive_body(scope: Any, receive: Any, *, largest: int) -> bytes:
    """Return the whole body.

    Raises:
        ProblemError: it is no JSON by its own account, or too large; the rest of it is not kept.
        CallerGoneError: it broke off.
    """
    _require_json(scope, largest)
    message = await receive()
    if message["type"] != "http.request":
        raise CallerGoneError
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        if len(body) > largest:
            raise ProblemError("body_too_large")
        return body
    return await _receive_rest(receive, bytearray(body), largest=largest)


async def _receive_rest(receive: Any, body: bytearray, *, largest: int) -> bytes:
    more = True
    while more:
        if len(body) > largest:
            raise ProblemError("body_too_large")
        message = await receive()
        if message["type"] != "http.request":
            raise CallerGoneError
        body += message.get("body", b"")
        more = message.get("more_body", False)
    if len(body) > largest:
        raise ProblemError("body_too_large")
    return bytes(body)


def _require_json(scope: Any, largest: int) -> None:
    media_type = length = None
    for name, value in scope["headers"]:
        if name == b"content-type":
            media_type = value
        elif name == b"content-length":
            length = value
        elif name == b"content-encoding" and value.lower() != b"identity":
            raise ProblemError("unsupported_media_type")
    if media_type != b"application/json" and not _is_json(media_type):
        raise ProblemError("unsupported_media_type")
    # The parser has made sure that the length is digits, and a number that a machine counts with; zeros may lead it.
    if length is not None and int(length.lstrip(b"0") or b"0") > largest:
        raise ProblemError("body_too_large")


def _is_json(media_type: bytes | None) -> bool:
    if media_type is None:
        return False
    kind, *parameters = (part.strip().lower() for part in media_type.split(b";"))
    known = {b"", b"charset=utf-8", b'charset="utf-8"'}
    return kind == b"application/json" and all(parameter in known for parameter in parameters)


def refuse_deep(body: bytes) -> None:
    """Do nothing unless the body is nested too deeply.

    Raises:
        ProblemError: it is.
    """
    if body.count(b"{") + body.count(b"[") <= DEEPEST:
        return
    brackets = _STRING.sub(b"", body).translate(_AS_BRACES, _ALL_BUT_BRACKETS)
    for _ in range(DEEPEST):
        brackets = brackets.replace(b"{}", b"")
    # What is left to close has more levels within it. What does not close is for the decoder to say, unless it opens
    # too often.
    if b"{}" in brackets or brackets.count(b"{") > DEEPEST:
        raise ProblemError("body_too_deep")
