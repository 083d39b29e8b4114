from litestar import Router, post
from litestar.params import FromPath
from litestar.response import Response

from core.requests import AnyRequest, database
from journeys.service.hooks import receive


@post("/{system:str}/{hook:str}", status_code=202)
async def hook_called(request: AnyRequest, system: FromPath[str], hook: FromPath[str]) -> Response[dict[str, str]]:
    """A ticket system calls: its payload is kept, answered at once, and read by a job."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    body = await request.body()
    async with database(request).write() as session:
        await receive(session, system, hook, body, headers)
    return Response({"status": "kept"}, status_code=202)


hook_router = Router("/hooks", route_handlers=[hook_called], opt={"exclude_from_csrf": True}, tags=["Tickets"])
