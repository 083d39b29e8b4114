"""Doors: the pages of a relationship manager, and the same reports for programs."""

from litestar import Router
from litestar.di import Provide

from analysis.routes import (
    api,
    comparison,
    corrections,
    driving,
    exports,
    green,
    journey_page,
    moments,
    orders,
    pages,
    reader,
    readings,
    streams,
    sureness,
    voices,
    whole_matters,
)
from analysis.routes.asking import provide_wish

WISH = {"wish": Provide(provide_wish, sync_to_thread=False)}
staff = Router(
    "/",
    route_handlers=[
        pages.report,
        journey_page.journey,
        pages.touchpoint,
        pages.flow,
        driving.drivers,
        streams.value_stream,
        green.green,
        sureness.how_sure,
        comparison.compare,
    ],
    dependencies=WISH,
    include_in_schema=False,
)
programs = Router(
    "/api/v1/reports",
    route_handlers=[api.experience, api.flow, api.moments, api.response_rate],
    dependencies=WISH,
    opt={"exclude_from_csrf": True},
)
moments_of_truth = Router("/", route_handlers=[moments.moments, moments.moment], include_in_schema=False)
matters = Router("/", route_handlers=[whole_matters.matters, whole_matters.matter], include_in_schema=False)
matters_for_programs = Router(
    "/api/v1/matters",
    route_handlers=[whole_matters.list_matters, whole_matters.matter_of],
    opt={"exclude_from_csrf": True},
)
files = Router(
    "/",
    route_handlers=[
        exports.experience_csv,
        exports.experience_xlsx,
        exports.experience_pptx,
        exports.experience_pdf,
    ],
    dependencies=WISH,
    include_in_schema=False,
)
packs_by_mail = Router(
    "/",
    route_handlers=[orders.schedule, orders.order, orders.end, orders.mine],
    include_in_schema=False,
)
mails_off = Router(
    "/",
    route_handlers=[orders.choose, orders.decide],
    opt={"exclude_from_csrf": True},
    include_in_schema=False,
    request_max_body_size=4096,
)
comments = Router(
    "/",
    route_handlers=[
        voices.voices,
        voices.unplaced,
        voices.voice,
        corrections.correct,
        corrections.correct_in_inbox,
        corrections.undo,
    ],
    include_in_schema=False,
)
versions = Router(
    "/",
    route_handlers=[
        reader.reader,
        reader.learn,
        reader.promote,
        reader.rollback,
        reader.read_again,
        reader.compare,
    ],
    include_in_schema=False,
)
comments_for_programs = Router(
    "/api/v1/readings",
    route_handlers=[
        readings.readings,
        readings.list_corrections,
        readings.add_correction,
        readings.undo_correction,
    ],
    opt={"exclude_from_csrf": True},
)
routers: list[Router] = [
    staff,
    moments_of_truth,
    programs,
    files,
    packs_by_mail,
    mails_off,
    comments,
    versions,
    comments_for_programs,
    matters,
    matters_for_programs,
]
