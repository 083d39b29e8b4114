"""The entrance from HTTP: pages for the people who are asked and for managers, an API for other programs."""

from litestar import Router

from surveys.routes.api import router as api
from surveys.routes.asking import api_router as asking_api
from surveys.routes.asking import router as asking
from surveys.routes.contact import router as contact
from surveys.routes.editor import router as editor
from surveys.routes.embed import router as embed
from surveys.routes.interview import router as interview
from surveys.routes.kiosk import router as kiosk
from surveys.routes.leaflet import router as leaflet
from surveys.routes.mails import router as mails
from surveys.routes.notes import router as notes
from surveys.routes.open import router as open_pages
from surveys.routes.pages import router as pages
from surveys.routes.tags import router as tags
from surveys.routes.testing import public as tests
from surveys.routes.testing import router as testing
from surveys.routes.told import router as told

routers: list[Router] = [
    pages,
    open_pages,
    api,
    mails,
    contact,
    asking,
    asking_api,
    editor,
    leaflet,
    embed,
    kiosk,
    interview,
    notes,
    tags,
    tests,
    testing,
    told,
]
