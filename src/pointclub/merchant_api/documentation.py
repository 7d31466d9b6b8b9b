"""What anybody may read without a key: that the process lives, and what the interface offers.

The pages take everything from this process: the viewer lies in a package, and the browser is told to load nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import drf_spectacular_sidecar
from litestar import asgi
from litestar.handlers import ASGIRouteHandler
from litestar.types import Receive, Scope, Send

from pointclub.merchant_api.calls import Answer, encoded, language_of, problem_answer, send_answer
from pointclub.merchant_api.description import written
from pointclub.merchant_api.problems import Header, ProblemError
from pointclub.merchant_api.shapes import LiveOut

_VIEWER = Path(drf_spectacular_sidecar.__file__).parent / "static" / "drf_spectacular_sidecar" / "swagger-ui-dist"

_POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE_HEADERS: Sequence[Header] = (
    (b"content-security-policy", _POLICY),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Merchants' interface</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="description"></div>
<noscript>This page needs JavaScript; <a href="/v1/openapi.json">the description itself</a> does not.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START = """\
SwaggerUIBundle({url: "/v1/openapi.json", dom_id: "#description", validatorUrl: null, deepLinking: true});
"""


def public_handlers() -> Sequence[ASGIRouteHandler]:
    """Return the routes that take no key."""
    description = Answer(200, written().encode())
    pages: Mapping[str, Answer] = {
        "/livez": encoded(200, LiveOut(status="live")),
        "/v1/openapi.json": description,
        "/docs": Answer(200, _PAGE.encode(), _PAGE_HEADERS, b"text/html; charset=utf-8"),
        "/docs/start.js": Answer(200, _START.encode(), _PAGE_HEADERS, b"text/javascript; charset=utf-8"),
        **_viewer(),
    }
    return [_route(path, answer) for path, answer in pages.items()]


def _viewer() -> Mapping[str, Answer]:
    kinds = {
        "swagger-ui-bundle.js": b"text/javascript; charset=utf-8",
        "swagger-ui.css": b"text/css; charset=utf-8",
        "favicon-32x32.png": b"image/png",
    }
    return {
        f"/docs/{name}": Answer(200, (_VIEWER / name).read_bytes(), _PAGE_HEADERS, kind) for name, kind in kinds.items()
    }


def _route(path: str, answer: Answer) -> ASGIRouteHandler:
    async def handle(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 -- The signature is ASGI's.
        if scope.get("method") == "GET":
            await send_answer(send, answer)
        else:
            refused = ProblemError("method_not_allowed", headers=[(b"allow", b"GET")])
            await send_answer(send, problem_answer(refused, language_of(scope)))

    return asgi(path, name=path, copy_scope=False)(handle)
