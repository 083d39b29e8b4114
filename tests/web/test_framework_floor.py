"""What the framework does not do unless it is told to."""

import re
from importlib.metadata import version

import httpx
import pytest

from core.settings import ROOT, settings
from web.app import create_app


def test_f8_the_locked_framework_is_new_enough() -> None:
    locked = (ROOT / "requirements.lock").read_text()
    found = re.search(r"^litestar(?:\[[^]]*\])?==(\d+)\.(\d+)", locked, re.MULTILINE)
    assert found
    assert (int(found[1]), int(found[2])) >= (2, 24)
    assert version("litestar").startswith(f"{found[1]}.{found[2]}")


async def test_f8_the_form_token_is_kept_from_scripts_and_from_plain_connections(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with public(monkeypatch) as http:
        told = (await http.get("/sign-in")).headers["set-cookie"].lower()
    assert "csrftoken=" in told
    assert {"httponly", "secure", "samesite=strict"} <= set(re.split(r";\s*", told))


async def test_f8_only_its_own_names_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    async with public(monkeypatch) as http:
        for host, status in (
            ("voice.example.org", 200),
            ("evil.example", 400),
            ("voice.example.org.evil.example", 400),
        ):
            assert (await http.get("/sign-in", headers={"Host": host})).status_code == status
            if status == 400:
                said = {"token": "t", "submission_key": "k", "answers": {"functional": 4}}
                refused = await http.post("/api/v1/responses", json=said, headers={"Host": host})
                assert (refused.status_code, refused.json()) == (400, {"message": "invalid host header"})
        assert (await http.get("/health/live", headers={"Host": "10.0.0.7"})).status_code == 200


def public(monkeypatch: pytest.MonkeyPatch) -> httpx.AsyncClient:
    """An installation at a public address."""
    monkeypatch.setenv("TOUCHSTONE_BASE_URL", "https://voice.example.org")
    settings.cache_clear()
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=create_app()), base_url="https://voice.example.org")
