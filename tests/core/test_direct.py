"""What goes to the driver itself fails as the library would have told it."""

from typing import Any

import pytest
from asyncpg.exceptions import CannotConnectNowError, DiskFullError, InternalClientError, UndefinedColumnError
from sqlalchemy.exc import DBAPIError, OperationalError

from core.db import AWAY, UNAVAILABLE
from core.direct import Spoken


class Failing:
    def __init__(self, error: Exception, closed: bool) -> None:
        self.error, self.closed = error, closed

    async def fetch(self, _statement: str, *_values: Any) -> list[Any]:
        raise self.error

    def is_closed(self) -> bool:
        return self.closed


async def failed(error: Exception, closed: bool = False) -> DBAPIError:
    connection: Any = None
    with pytest.raises(DBAPIError) as raised:
        await Spoken(connection, Failing(error, closed), AWAY).rows("SELECT 1", ())
    return raised.value


@pytest.mark.parametrize(
    ("error", "closed", "dead"),
    [
        (InternalClientError("cannot switch to state 12; another operation (2) is in progress"), False, True),
        (ConnectionResetError("gone"), False, True),
        (CannotConnectNowError("starting up"), True, True),
        (DiskFullError("no space left"), False, False),
    ],
)
async def test_a_server_that_is_away_or_full_may_be_there_again(error: Exception, closed: bool, dead: bool) -> None:
    """A dead connection is tried once more on another."""
    told = await failed(error, closed)
    assert isinstance(told, UNAVAILABLE)
    assert told.connection_invalidated is dead


async def test_a_statement_that_is_wrong_is_wrong_every_time() -> None:
    told = await failed(UndefinedColumnError("no such column"))
    assert not isinstance(told, OperationalError)
    assert not told.connection_invalidated
