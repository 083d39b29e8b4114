from collections.abc import AsyncIterator

import httpx
import pytest

from core.auth.models import Role
from core.db import Database
from tests.conftest import Visitor, _signed_in
from tests.surveys.story import install


@pytest.fixture
async def survey(db: Database) -> None:
    """The built-in survey is installed."""
    await install(db)


@pytest.fixture
async def ada(db: Database, site: httpx.ASGITransport) -> AsyncIterator[Visitor]:
    """Runs the installation."""
    person = await _signed_in(db, site, "ada", Role.ADMIN, [])
    yield person
    await person.http.aclose()
