"""The entrance from HTTP: pages and JSON reports."""

from litestar import Router

routers: list[Router] = []
