"""Doors: the register for managers, what was said and done for everybody, and both for programs."""

from litestar import Router

from value.routes import api, linking, programmes, register, reviews, said_and_done, worth, worth_things

public = Router(
    "/",
    route_handlers=[
        said_and_done.said_and_done,
        said_and_done.said_and_done_for,
        programmes.asked,
        programmes.asked_of,
    ],
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
        linking.link_form,
        linking.link,
        programmes.programmes,
        programmes.begin,
        programmes.programme,
        programmes.edit_form,
        programmes.edit,
        programmes.send_it,
        reviews.reviews,
        reviews.open_review,
        reviews.review,
        reviews.review_pdf,
        reviews.review_pptx,
        reviews.write_down,
        worth.value,
        worth.new_map,
        worth.add_map,
        worth.show_map,
        worth.edit_map,
        worth.save_map,
        worth_things.thing_form,
        worth_things.save_thing,
    ],
    include_in_schema=False,
)
programs = Router(
    "/api/v1",
    route_handlers=[api.improvements, api.improvement, api.readings, api.readings_file],
    opt={"exclude_from_csrf": True},
    tags=["Value"],
)
routers = [public, staff, programs]
