from typing import Any

from litestar import Response, Router, get

from core.backlog import backlog
from core.clock import now
from core.db import UNAVAILABLE
from core.log import cause
from core.requests import AnyRequest, database
from core.tasks import waits


@get("/live")
async def live() -> dict[str, str]:
    return {"status": "alive"}


@get("/ready")
async def ready(request: AnyRequest) -> Response[dict[str, Any]]:
    """Red, with the reasons, when the database does not answer or a task was given up (a dead letter)."""
    try:
        async with database(request).read() as session:
            state, jobs = await backlog(session), await waits(session, now())
    except UNAVAILABLE as error:
        reasons = [f"the database does not answer ({cause(error)})"]
        return Response({"status": "away", "reasons": reasons}, status_code=503, headers={"Retry-After": "5"})
    body = {
        "status": "stuck" if state.dead else "ready",
        "reasons": [f"{job.job}: {job.dead} tasks were given up" for job in jobs if job.dead],
        "waiting": state.waiting,
        "planned": state.later,
        "dead_letters": state.dead,
    }
    return Response(body, status_code=503 if state.dead else 200)


health_router = Router("/health", route_handlers=[live, ready], opt={"exclude_from_csrf": True})
