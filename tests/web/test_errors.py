"""Whatever comes in, the answer is clear: a status, a sentence, the same headers, and never a crash."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Visitor
from web.app import HEADERS

API = "/api/v1/feedback"
MEGABYTE = 1_000_000
DEEP = b"[" * 5_000 + b"]" * 5_000


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail"} <= document.keys() <= {"type", "title", "status", "detail", "errors"}
    assert document["status"] == status
    assert document["detail"]
    return document


def page(response: httpx.Response, status: int) -> str:
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert str(status) in response.text
    assert "set-cookie" not in response.headers
    return response.text


async def post_json(visitor: Visitor, content: bytes | AsyncIterator[bytes], path: str = API) -> httpx.Response:
    return await visitor.http.post(path, content=content, headers={"content-type": "application/json"})


async def test_a_program_is_told_in_a_problem_document(visitor: Visitor) -> None:
    assert problem(await visitor.http.get("/api/v1/nowhere"), 404)["title"] == "Not Found"
    assert problem(await visitor.http.get(API), 401)["detail"].startswith("Sign in first")
    assert problem(await visitor.http.put(API), 405)
    document = problem(await visitor.http.post(API, json={"text": "x", "anonymous": "perhaps"}), 422)
    assert all(error.keys() == {"field", "message"} for error in document["errors"])


async def test_a_person_is_told_on_a_page_in_their_language(visitor: Visitor) -> None:
    assert "There is nothing here" in page(await visitor.http.get("/nowhere"), 404)
    chinese = await visitor.http.get("/nowhere", headers={"Accept-Language": "zh-CN"})
    assert "这里什么也没有" in page(chinese, 404)
    assert 'lang="zh-Hans"' in chinese.text
    assert "这里什么也没有" in page(await visitor.http.get("/nowhere?lang=zh"), 404)


async def test_who_asks_for_json_gets_a_problem_anywhere(visitor: Visitor) -> None:
    problem(await visitor.http.get("/nowhere", headers={"Accept": "application/json"}), 404)


@pytest.mark.parametrize(
    "broken",
    [b"{", b"", b"null", b"[]", b'"text"', b"\xff\xfe", b'{"text": "\\ud800"}', b"{'text': 1}", b"NaN", b"1e999"],
)
async def test_json_that_is_none_is_refused(visitor: Visitor, broken: bytes) -> None:
    response = await post_json(visitor, broken)
    assert response.status_code in (400, 422)
    problem(response, response.status_code)


async def test_json_nested_5000_deep_is_refused(visitor: Visitor) -> None:
    problem(await post_json(visitor, DEEP), 400)
    problem(await post_json(visitor, b'{"text": ' + DEEP + b"}"), 400)


async def test_a_body_of_12_mb_is_refused_however_it_comes(visitor: Visitor) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b"x" * MEGABYTE

    assert "10 MB" in problem(await post_json(visitor, b"x" * 12 * MEGABYTE), 413)["detail"]
    problem(await post_json(visitor, chunks()), 413)
    form = {"content-type": "application/x-www-form-urlencoded"}
    page(await visitor.http.post("/feedback", content=b"text=" + b"x" * 12 * MEGABYTE, headers=form), 413)
    page(await visitor.http.post("/sign-in", content=b"email=" + b"x" * 12 * MEGABYTE, headers=form), 413)


async def test_a_nul_is_refused_wherever_it_stands(visitor: Visitor, alice: Visitor) -> None:
    for body in (rb'{"text":"a\u0000b"}', b'{"text":"a\x00b"}', rb'{"text":"a\\\u0000b"}'):
        assert "NUL" in problem(await post_json(visitor, body), 422)["detail"]
    form = await visitor.http.post("/feedback", data={"text": "a\x00b", "kind": "question"})
    assert "NUL" in page(form, 422)
    page(await visitor.http.post("/feedback", data={"kind": "question"}, files={"text": (None, "a\x00b")}), 422)
    problem(await alice.http.get(f"{API}?cursor=%00"), 422)
    page(await visitor.http.get("/feedback?service=%00"), 422)
    assert (await visitor.http.get("/nowhere/%00")).status_code in (404, 422)


async def test_a_backslash_before_the_letters_of_a_nul_is_no_nul(visitor: Visitor) -> None:
    body = rb'{"text":"write \\u0000 like this","kind":"question","anonymous":false}'
    assert (await post_json(visitor, body)).status_code == 201


async def test_a_form_of_too_many_parts_is_refused(visitor: Visitor) -> None:
    whole = {"text": (None, "x"), "kind": (None, "question")}
    assert (await visitor.http.post("/feedback", files=whole)).status_code == 201
    many = {f"f{n}": (None, "x") for n in range(1_001)}
    assert (await visitor.http.post("/feedback", files=whole | many)).status_code in (400, 413)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "multipart/form-data", "nonsense", "application/msgpack"]
)
async def test_a_body_of_another_kind_is_refused(visitor: Visitor, kind: str) -> None:
    for path in (API, "/feedback", "/sign-in"):
        response = await visitor.http.post(path, content=b"\x81\xa1a\x01", headers={"content-type": kind})
        assert 400 <= response.status_code < 500, path


async def test_an_error_of_ours_says_nothing_of_the_inside(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError("Dana said: the laptop is slow")

    monkeypatch.setattr("feedback.service.receiving.insert_new", broken)
    body = {"text": "the laptop is slow", "kind": "complaint", "anonymous": False}
    response = await visitor.http.post(API, json=body)
    assert "Nothing was stored" in problem(response, 500)["detail"]
    assert "Dana" not in response.text + caplog.text
    assert "laptop" not in response.text + caplog.text
    assert "ZeroDivisionError at broken" in caplog.text


async def test_every_answer_carries_the_same_headers(
    visitor: Visitor, alice: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError

    answers = {
        "page": await visitor.http.get("/feedback"),
        "staff page": await alice.http.get("/feedback/inbox"),
        "sent to the door": await visitor.http.get("/feedback/inbox"),
        "not there": await visitor.http.get("/nowhere"),
        "no such method": await visitor.http.request("TRACE", API),
        "not signed in": await visitor.http.get(API),
        "bad input": await visitor.http.post(API, json={}),
        "no form token": await visitor.http.post("/sign-out"),
        "static": await visitor.http.get("/static/public.css"),
        "no such static": await visitor.http.get("/static/nothing.css"),
        "health": await visitor.http.get("/health/live"),
        "description": await visitor.http.get("/api/openapi.json"),
    }
    monkeypatch.setattr("feedback.service.receiving.insert_new", broken)
    body = {"text": "x", "kind": "complaint", "anonymous": False}
    answers["our error"] = await visitor.http.post(API, json=body)
    assert answers["our error"].status_code == 500
    for name, answer in answers.items():
        assert {key: answer.headers.get(key) for key in HEADERS} == HEADERS, name
        cached = answer.headers["cache-control"] != "no-store"
        assert cached == (name == "static"), name
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


async def test_static_files_lead_nowhere_else(visitor: Visitor) -> None:
    for path in (
        "../pyproject.toml",
        "..%2fpyproject.toml",
        "%2e%2e/pyproject.toml",
        "/etc/passwd",
        "..%5cpyproject.toml",
    ):
        answer = await visitor.http.get(f"/static/{path}")
        assert answer.status_code == 404, path


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("text", "kind", "anonymous", "service", "touchpoint", "functional", "contact", "submission_key", "customer")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=ANYTHING | st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
async def test_whatever_a_program_sends_it_is_no_crash(visitor: Visitor, body: object) -> None:
    content = json.dumps(body).encode("utf-8", "surrogatepass")
    assert (await post_json(visitor, content)).status_code < 500


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.binary(max_size=200))
async def test_whatever_a_form_holds_it_is_no_crash(visitor: Visitor, form: bytes) -> None:
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = await visitor.http.post("/feedback", content=form, headers={"content-type": kind})
        assert answer.status_code < 500
