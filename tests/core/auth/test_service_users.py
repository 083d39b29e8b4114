import pytest

from core.auth import service as auth
from core.auth.models import Role
from core.auth.queries import token_holder
from core.db import Database
from core.errors import Conflict, Invalid, NotFound

LONG = "correct horse battery staple"


async def test_an_address_is_one_user_only(db: Database) -> None:
    async with db.write() as session:
        await auth.add_user(session, "alice@x.example", LONG, Role.ADMIN, [])
    with pytest.raises(Conflict):
        async with db.write() as session:
            await auth.add_user(session, "ALICE@x.example", LONG, Role.ADMIN, [])


async def test_a_short_password_makes_no_user(db: Database) -> None:
    with pytest.raises(Invalid):
        async with db.write() as session:
            await auth.add_user(session, "alice@x.example", "short", Role.ADMIN, [])


async def test_a_token_tells_who_calls_and_for_whom(db: Database) -> None:
    async with db.write() as session:
        token = await auth.add_token(session, "helpdesk", Role.INTEGRATION, ["acme"])
    async with db.read() as session:
        holder = await token_holder(session, token)
        stranger = await token_holder(session, token + "x")
    assert holder
    assert (holder.name, holder.role, holder.scope) == ("helpdesk", Role.INTEGRATION, {"acme"})
    assert stranger is None


async def test_a_token_name_is_given_once(db: Database) -> None:
    async with db.write() as session:
        await auth.add_token(session, "helpdesk", Role.INTEGRATION, [])
    with pytest.raises(Conflict):
        async with db.write() as session:
            await auth.add_token(session, "helpdesk", Role.ADMIN, [])


async def test_only_a_token_that_is_there_can_be_revoked(db: Database) -> None:
    with pytest.raises(NotFound):
        async with db.write() as session:
            await auth.revoke_token(session, "nobody")
