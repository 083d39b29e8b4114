from typing import Any

from litestar import Response, Router, get

from core.outbox import backlog
from core.requests import Read


@get("/live")
async def live() -> dict[str, str]:
    return {"status": "alive"}


@get("/ready")
async def ready(read: Read) -> Response[dict[str, Any]]:
    """Red when the database does not answer (an error) or a task was given up (a dead letter)."""
    state = await backlog(read)
    body = {
        "status": "stuck" if state.dead else "ready",
        "waiting": state.waiting,
        "planned": state.later,
        "dead_letters": state.dead,
    }
    return Response(body, status_code=503 if state.dead else 200)


health_router = Router("/health", route_handlers=[live, ready], opt={"exclude_from_csrf": True})
