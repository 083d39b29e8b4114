"""What the jobs have before them: a page for administrators, with what was given up and why, and the way back."""

from litestar import Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import backlog
from core import tasks as queue
from core.audit.service import record
from core.clock import now
from core.requests import Admin, AnyRequest, Read, Write, staff_page

MOST_SHOWN = 200


@get("/tasks")
async def tasks(request: AnyRequest, read: Read, admin: Admin) -> Response[str]:
    jobs, letters = await queue.waits(read, now()), await queue.dead_letters(read, MOST_SHOWN)
    return staff_page(request, admin, "core/tasks.html", nav="tasks", jobs=jobs, letters=letters)


@post("/tasks/{job:str}/again", status_code=303)
async def again(write: Write, admin: Admin, job: FromPath[str]) -> Redirect:
    """Every task of this job that was given up gets a fresh set of tries."""
    n = await backlog.replay(write, job)
    await record(write, admin.name, "tasks.again", f"{job} {n}")
    return Redirect("/tasks", status_code=303)


tasks_router = Router("/", route_handlers=[tasks, again], include_in_schema=False)
