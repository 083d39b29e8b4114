"""Two customers with a service each, and Dana, who is known to `acme` by her address."""

import pytest

from core.db import Database
from core.ids import ordered_id
from journeys.models import Customer, Person, Service
from web import builtin


@pytest.fixture
async def places(db: Database) -> None:
    await builtin.install(db)
    async with db.write() as session:
        acme, globex = Customer(key="acme", name="Acme Works"), Customer(key="globex", name="Globex")
        session.add_all([acme, globex, Service(key="laptop", name="Laptops"), Service(key="vpn", name="Remote access")])
        await session.flush()
        session.add(Person(id=ordered_id(), key="dana", email="Dana@acme.example", customer_id=acme.id))
        session.add(Person(id=ordered_id(), key="gil", email="gil@globex.example", customer_id=globex.id))
