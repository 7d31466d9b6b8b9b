"""The application: routes to the reception, the description with its pages, and a desk for as long as it runs."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import groupby
from operator import attrgetter
from typing import Any

from litestar import Litestar, asgi, route
from litestar.connection import Request
from litestar.enums import HttpMethod
from litestar.exceptions import HTTPException, MethodNotAllowedException
from litestar.handlers import ASGIRouteHandler, HTTPRouteHandler
from litestar.response import Response
from litestar.types import ASGIApp, Receive, Scope, Send

from pointclub.merchant_api.calls import language_of, problem_answer
from pointclub.merchant_api.desk import Desk
from pointclub.merchant_api.documentation import public_handlers
from pointclub.merchant_api.endpoints import ENDPOINTS
from pointclub.merchant_api.problems import ProblemError
from pointclub.merchant_api.reception import Application, Reception

_logger = logging.getLogger("pointclub.merchant_api")

_NOT_FOUND = 404


def make_app(*, open_desk: Callable[[], Desk] = Desk, proxies: int = 0, processes: int = 1) -> Application:
    """Return the application; its desk is opened when it starts, and drained when it ends.

    ``proxies`` stand before it, and ``processes``, this one among them, share its address and the limits of keys.

    Requests to paths that name nothing need no search among the routes, which takes a fifth of a sale's time in HTTP:
    they go to the reception at once, as the routes would lead them.
    """
    reception = Reception()

    @asynccontextmanager
    async def desk_is_open(app: Litestar) -> AsyncIterator[None]:
        desk = app.state.desk = open_desk()
        reception.open(desk, proxies=proxies, processes=processes)
        try:
            yield
        finally:
            await desk.drain()

    by_path = groupby(sorted(ENDPOINTS, key=attrgetter("path")), key=attrgetter("path"))
    at_path = {path: reception.at(list(endpoints)) for path, endpoints in by_path}
    routed = Litestar(
        [*(_route(path, application) for path, application in at_path.items()), *public_handlers()],
        lifespan=[desk_is_open],
        exception_handlers={Exception: _outside_the_reception},
        openapi_config=None,
        logging_config=None,
    )

    without_names = {path: application for path, application in at_path.items() if "{" not in path}

    async def lead(scope: Scope, receive: Receive, send: Send) -> None:
        # The start and the end of the server come this way too, and have no path.
        await without_names.get(scope.get("path", ""), routed)(scope, receive, send)

    return lead


def _route(path: str, application: Application) -> ASGIRouteHandler | HTTPRouteHandler:
    """Return a route without Litestar's own handling of requests, which costs more than all else on the way.

    Where a path names something, Litestar finds its way by method only, so there the request passes through its hands.
    """
    if "{" not in path:
        return asgi(path, name=path, copy_scope=False)(application)

    async def hand_on(request: Request[Any, Any, Any]) -> ASGIApp:  # noqa: ARG001 -- So that nothing of it is parsed.
        return application

    # Litestar would answer OPTIONS by itself, here and nowhere else; so it is handed on, and refused as everywhere.
    methods = [HttpMethod.OPTIONS, *(HttpMethod(each.method) for each in ENDPOINTS if each.path == path)]
    return route(path.replace("}", ":str}"), http_method=methods, name=path, status_code=200)(hand_on)


def _outside_the_reception(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """Answer what leads to no route, or is no request."""
    problem = _as_problem(error)
    answer = problem_answer(problem, language_of(request.scope))
    headers = {name.decode(): value.decode() for name, value in answer.headers}
    headers |= {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return Response(answer.body, status_code=answer.status, media_type=answer.media_type.decode(), headers=headers)


def _as_problem(error: Exception) -> ProblemError:
    if isinstance(error, MethodNotAllowedException):
        named = (error.headers or {}).get("allow", "").split(", ")
        allowed = sorted(method for method in named if method != "OPTIONS")
        return ProblemError("method_not_allowed", headers=[(b"allow", ", ".join(allowed).encode())])
    if isinstance(error, HTTPException):
        return ProblemError("not_found" if error.status_code == _NOT_FOUND else "malformed_request")
    _logger.error("A request of a merchant failed on its way in", exc_info=error)
    return ProblemError("internal_error")
