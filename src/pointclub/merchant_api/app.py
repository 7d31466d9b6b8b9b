"""The application: routes to the reception, the description with its pages, and a desk for as long as it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import groupby
from operator import attrgetter
from typing import Any

from litestar import Litestar, asgi
from litestar.connection import Request
from litestar.exceptions import HTTPException
from litestar.handlers import ASGIRouteHandler
from litestar.response import Response
from litestar.types import Receive, Scope, Send

from pointclub.merchant_api.calls import language_of, problem_answer
from pointclub.merchant_api.desk import Desk
from pointclub.merchant_api.documentation import public_handlers
from pointclub.merchant_api.endpoints import ENDPOINTS
from pointclub.merchant_api.problems import ProblemError
from pointclub.merchant_api.reception import Asgi, Reception

_NOT_FOUND = 404


def make_app(*, open_desk: Callable[[], Desk] = Desk, proxies: int = 0) -> Litestar:
    """Return the application; its desk is opened when it starts, and drained when it ends."""
    reception = Reception()

    @asynccontextmanager
    async def desk_is_open(app: Litestar) -> AsyncIterator[None]:
        desk = app.state.desk = open_desk()
        reception.open(desk, proxies=proxies)
        try:
            yield
        finally:
            await desk.drain()

    by_path = groupby(sorted(ENDPOINTS, key=attrgetter("path")), key=attrgetter("path"))
    return Litestar(
        [*(_route(path, reception.at(list(endpoints))) for path, endpoints in by_path), *public_handlers()],
        lifespan=[desk_is_open],
        exception_handlers={Exception: _outside_the_reception},
        openapi_config=None,
        logging_config=None,
    )


def _route(path: str, application: Asgi) -> ASGIRouteHandler:
    """Return a route without Litestar's own handling of requests, which costs more than all else on the way."""

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        await application(scope, receive, send)

    return asgi(path.replace("}", ":str}"), name=path, copy_scope=False)(handle)


def _outside_the_reception(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer what leads to no route, or is no request."""
    if isinstance(error, HTTPException):
        code = "not_found" if error.status_code == _NOT_FOUND else "malformed_request"
    else:
        code = "internal_error"
    answer = problem_answer(ProblemError(code), language_of(request.scope))
    headers = {name.decode(): value.decode() for name, value in answer.headers}
    headers |= {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return Response(answer.body, status_code=answer.status, media_type=answer.media_type.decode(), headers=headers)
