import pytest

from core.db import Database
from tests.surveys.story import install


@pytest.fixture
async def survey(db: Database) -> None:
    """The built-in survey is installed."""
    await install(db)
