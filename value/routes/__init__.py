"""Doors: the register for managers, what was said and done for everybody, and both for programs."""

from litestar import Router

from value.routes import api, register, said_and_done

public = Router(
    "/",
    route_handlers=[said_and_done.said_and_done, said_and_done.said_and_done_for],
    opt={"exclude_from_csrf": True},
    include_in_schema=False,
)
staff = Router(
    "/",
    route_handlers=[
        register.board,
        register.new,
        register.create,
        register.show,
        register.edit_form,
        register.edit,
        register.move,
        register.undo,
        register.longer,
    ],
    include_in_schema=False,
)
programs = Router(
    "/api/v1", route_handlers=[api.improvements, api.improvement], opt={"exclude_from_csrf": True}, tags=["Value"]
)
routers = [public, staff, programs]
