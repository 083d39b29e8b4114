"""What is wrong with a database, in words for whoever sits at the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from core.errors import Misconfigured


@contextmanager
def told_in_words() -> Iterator[None]:
    """No database, an older schema, and a server that does not answer; any other fault stays as it is."""
    try:
        yield
    except DBAPIError as error:
        if "unable to open database file" in str(error.orig):
            raise Misconfigured("There is no database here yet. `touchstone migrate` makes one.") from error
        if not _lacks_schema(error):
            raise
        raise Misconfigured("The database is not at the newest schema. Run `touchstone migrate` first.") from error
    except ConnectionError as error:
        raise Misconfigured("The database does not answer. `touchstone doctor` looks at what is wrong.") from error


def _lacks_schema(error: DBAPIError) -> bool:
    """A table or a column is not there, as either engine says it."""
    code, said = getattr(error.orig, "sqlstate", None), str(error.orig)
    return code in ("42P01", "42703") or "no such table" in said or "no such column" in said
