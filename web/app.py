"""The application: all floors behind one front door."""

import hashlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, Self

from litestar import Litestar, Router
from litestar.config.allowed_hosts import AllowedHostsConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.middleware import ASGIMiddleware
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.static_files import create_static_files_router
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from analysis.routes import routers as analysis_routers
from core import i18n, requests, tracing
from core.audit.routes import router as audit_router
from core.auth.budget import Budget, SharedBudget, SharedCount
from core.auth.routes import router as auth_router
from core.db import Database
from core.pages import STATIC
from core.settings import settings
from core.tracing import span
from core.webhooks.routes import router as webhooks_router
from feedback.routes import routers as feedback_routers
from feedback.rules import cost as feedback_cost
from journeys.queries import places
from journeys.routes import routers as journeys_routers
from surveys.routes import routers as surveys_routers
from surveys.routes.lane import ANSWERS, answered
from value.routes import routers as value_routers
from value.routes.doing import provide_being_done
from web.api_docs import docs_routers
from web.builtin import hook_mapping
from web.errors import HANDLERS, described
from web.health import health_router
from web.metrics import answers, metrics_router
from web.person_pages import person_routers
from web.tasks import tasks_router
from web.worker import background

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; connect-src 'self'; "
        "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


async def provide_customer_names(read: requests.Read) -> dict[str, str]:
    """The ground knows no customers: pages there are told of them by the roof."""
    return {one.key: i18n.own_name(one.name) for one in await places.customers_in(read, None)}


RUNNING = [health_router, metrics_router, tasks_router, *person_routers]
DEPENDENCIES = {
    "being_done": Provide(provide_being_done),
    "customer_names": Provide(provide_customer_names),
    "read": Provide(requests.provide_read),
    "write": Provide(requests.provide_write),
    "principal": Provide(requests.provide_principal),
    "viewer": Provide(requests.provide_viewer),
    "manager": Provide(requests.provide_manager),
    "member": Provide(requests.provide_member),
    "admin": Provide(requests.provide_admin),
    "integration": Provide(requests.provide_integration),
}


_RAW = {name.lower().encode(): value.encode() for name, value in HEADERS.items()}
_OWN = frozenset([*_RAW, b"cache-control"])
_NO_STORE, _FOR_EVER = b"no-store", b"public, max-age=31536000, immutable"
_PLAIN = [*_RAW.items(), (b"cache-control", _NO_STORE)]


async def finish(message: Message, scope: Scope) -> None:
    """Lets go of what a refusal left open, and puts headers on every answer, errors included."""
    if message["type"] != "http.response.start":
        return
    await requests.let_go(scope)
    answers[f"{message['status'] // 100}xx"] += 1
    headers = [(name, value) for name, value in message["headers"] if name.lower() != b"cache-control"]
    message["headers"] = [*headers, *_hardening(headers, scope["path"], message["status"])]


def _hardening(headers: list[tuple[bytes, bytes]], path: str, status: int) -> list[tuple[bytes, bytes]]:
    """What a page set itself stays; only static files, named by content, may be cached."""
    if path.startswith("/static/") and status < 400:
        return [*_RAW.items(), (b"cache-control", _FOR_EVER)]
    own = {name.lower() for name, _value in headers} & _OWN
    return [one for one in _PLAIN if one[0] not in own] if own else _PLAIN


@asynccontextmanager
async def lifespan(app: Litestar) -> AsyncIterator[None]:
    app.state.db = Database(settings().database_url)
    async with background(app.state.db):
        yield
    await app.state.db.close()


class Traced(ASGIMiddleware):
    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        with span(f"{scope['method']} {scope['path_template']}"):  # type: ignore[typeddict-item]
            await next_app(scope, receive, send)


class Touchstone(Litestar):
    """The application, and the lane that answers take past the framework where nothing about them is out of the way."""

    _hosts = frozenset[bytes]()
    _lane = True

    def with_lane(self, hosts: Iterable[str]) -> Self:
        """`hosts`: what it may be called by; names with a star are left to the framework."""
        self._hosts = frozenset() if "*" in hosts else frozenset(host.encode() for host in hosts)
        self._lane = not tracing.started()
        return self

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._lane and scope["type"] == "http" and scope["path"] == ANSWERS and self._is_called_right(scope):
            receive = await answered(self.state.db, scope, receive, send, _PLAIN)
            if receive is None:
                answers["2xx"] += 1
                return
        await super().__call__(scope, receive, send)

    def _is_called_right(self, scope: Scope) -> bool:
        return not self._hosts or dict(scope["headers"]).get(b"host") in self._hosts


def _static() -> Router:
    return create_static_files_router("/static", [STATIC], opt={"exclude_from_csrf": True}, include_in_schema=False)


def fresh_state() -> State:
    """What the routes share while the process runs; the database joins it when serving begins."""
    return State(
        {
            "sign_in_budget": Budget("100/5minutes"),
            "second_step_budget": SharedBudget("10/10minutes", "second-step"),
            "feedback_count": SharedCount(feedback_cost.WINDOW, "feedback"),
            "open_budget": Budget("600/minute"),
            "shipped_mapping": hook_mapping,
            "miss_budget": SharedBudget("300/minute", "miss"),
        },
    )


def create_app() -> Litestar:
    hosts = settings().hosts
    csrf_secret = hashlib.sha256(b"csrf" + settings().secret).hexdigest()
    floors = [*journeys_routers, *surveys_routers, *feedback_routers, *analysis_routers, *value_routers]
    app = Touchstone(
        route_handlers=[auth_router, audit_router, webhooks_router, *RUNNING, _static(), *docs_routers(), *floors],
        dependencies=DEPENDENCIES,
        lifespan=[lifespan],
        state=fresh_state(),
        request_class=requests.GuardedRequest,
        before_request=requests.before_request,
        before_send=[finish],
        middleware=[Traced()] if tracing.started() else [],
        exception_handlers=HANDLERS,
        allowed_hosts=AllowedHostsConfig(hosts, exclude=["^/health/", "^/metrics"]) if hosts else None,
        csrf_config=CSRFConfig(
            secret=csrf_secret,
            cookie_httponly=True,
            cookie_secure=settings().secure_cookies,
            cookie_samesite="strict",
        ),
        openapi_config=OpenAPIConfig(
            title="Touchstone",
            version="0.1.0",
            path="/api",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        logging_config=None,
    )
    described(app)
    return app.with_lane(hosts)
