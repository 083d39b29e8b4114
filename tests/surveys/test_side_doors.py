"""A spent link stays spent, on whatever route it is tried."""

import re
from collections.abc import Iterator

import httpx
from litestar import Litestar

from core.db import Database
from surveys.models import Invitation, Response
from tests.conftest import Visitor
from tests.surveys.story import link, rows

SPENT_BY = {"submission_key": "the first", "functional": "2", "comment": "the first answer"}


def doors(app: Litestar, token: str) -> Iterator[tuple[str, str]]:
    """Every method of every address of the application, with the link wherever something can be put in."""
    for path, methods in app.route_handler_method_map.items():
        for method in set(methods) - {"OPTIONS", "HEAD"}:
            yield method, re.sub(r"{[^}]+:int}", "1", re.sub(r"{[^}]+:(?:str|path|uuid)}", token, path))


async def test_a6_no_side_door(
    visitor: Visitor, helpdesk: httpx.AsyncClient, alice: Visitor, site: httpx.ASGITransport, db: Database, survey: None
) -> None:
    token = await link(db)
    await visitor.http.post(f"/s/{token}", data=SPENT_BY)
    before = [one.model_dump() for one in await rows(db, Response)]
    assert len(before) == 1
    again = {"functional": "5", "comment": "a second answer"}
    bodies = [
        {"token": token, "submission_key": "second", "answers": again, "language": "en"},
        {"token": token, "submission_key": "second", **again},
    ]
    tried = list(doors(site.app, token))  # type: ignore[arg-type]
    assert ("POST", f"/s/{token}") in tried
    assert ("POST", "/api/v1/responses") in tried
    described = (await visitor.http.get("/api/openapi.json")).json()["paths"]
    known = list(site.app.route_handler_method_map)  # type: ignore[attr-defined]
    assert {re.sub(r"{[^}]+}", "{}", path) for path in described} <= {re.sub(r"{[^}]+}", "{}", path) for path in known}
    for method, path in tried:
        for person in (visitor.http, helpdesk, alice.http):
            await person.request(method, path, json=bodies[0])
            await person.request(method, path, json=[bodies[1]])
            form = {**bodies[1], "_csrf_token": person.cookies.get("csrftoken") or ""}
            await person.request(method, path, data=form)
    assert [one.model_dump() for one in await rows(db, Response)] == before
    assert len(await rows(db, Invitation)) == 1
