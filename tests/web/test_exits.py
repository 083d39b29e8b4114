import time_machine, pytest, httpx
from core.db import Database
from tests.support.company import TODAY
from tests.support.house import furnish


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_x(db: Database, site: httpx.ASGITransport):
    house = await furnish(db, site)
    for method, path in house.doors():
        if method == "GET":
            try:
                at = house.filled(path)
            except KeyError as e:
                print("MISSING", path, e)
                continue
            print(path, {who: (await c.get(at)).status_code for who, c in house.people.items()})
