"""Serving: run, serve, worker, migrate, init, demo."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click

from core import log, tracing
from core.db import Database, StillSeen
from core.errors import Misconfigured
from core.plainly import told_in_words
from core.settings import settings

T = TypeVar("T")


def with_database(work: Callable[[Database], Awaitable[T]], alone: bool = False) -> T:
    """Run one piece of work over the configured database."""

    async def run() -> T:
        db = Database(settings().database_url, alone)
        try:
            with told_in_words():
                return await work(db)
        finally:
            await db.close()

    return asyncio.run(run())


async def leave_nothing_behind(db: Database) -> None:
    """What was deleted is deleted; what is left of it in the files goes now, or else in the night."""
    from feedback.service import releasing  # few commands delete, and every command starts here

    try:
        await releasing.forget(db)
    except StillSeen:
        click.echo(
            "Done. But somebody still reads an older state of the database (a copy being made, a long report), and so "
            "its files still hold what was deleted: that goes in the coming night.",
            err=True,
        )


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--demo", is_flag=True, help="Fill an empty database with the demo company first.")
def run(host: str, port: int, demo: bool) -> None:
    """Migrate, serve, and work on jobs in the same process unless Redis is configured."""
    prepare()
    if demo:
        from web.demo import load  # the generator is needed once in a database's life

        load.once(show=click.echo)
    _serve(host, port)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Processes that serve.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the web part alone; the schema has to be current (`touchstone migrate`)."""
    from web import schema

    if workers > 1 and settings().database_url.startswith("sqlite"):
        raise Misconfigured("SQLite takes one process that writes. Serve with one worker, or set up PostgreSQL.")
    if not with_database(schema.is_current):
        raise Misconfigured("The database is not at the newest schema. Run `touchstone migrate` first.")
    _serve(host, port, workers)


@click.command()
def worker() -> None:
    """Work on jobs as an arq worker (needs TOUCHSTONE_REDIS_URL)."""
    from web.doctor import refuse_unsafe
    from web.worker import run_worker

    if not settings().redis_url:
        raise Misconfigured("TOUCHSTONE_REDIS_URL is not set: without Redis the server works on jobs itself")
    with_database(refuse_unsafe)
    run_worker()


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    _migrate()
    click.echo("The database is at the newest schema.")


@click.command()
def init() -> None:
    """Migrate, then install the built-in journey, touchpoints, survey and trigger."""
    prepare()
    click.echo("The built-in journey, touchpoints and the survey post-ticket are installed.")


@click.command()
@click.option("--seed", default=7, show_default=True, help="The same seed and day give the same company.")
@click.option("--responses", default=2500, show_default=True, type=click.IntRange(50, 200_000))
def demo(seed: int, responses: int) -> None:
    """Generate a believable company into an empty database: customers, tickets, voices, planted moments."""
    from web.demo import load

    prepare()
    load.generate(seed, responses, show=click.echo)


def prepare() -> None:
    """Schema and built-in content; quick when both are there already."""
    from web import builtin

    settings().data_dir.mkdir(parents=True, exist_ok=True)
    _migrate()
    with_database(builtin.install)


def _migrate() -> None:
    from web import schema

    log.configure()
    settings().data_dir.mkdir(parents=True, exist_ok=True)
    if not with_database(schema.is_current):
        from web.cli.rebuilding import publish_what_was_there  # loads numpy: only where there is something to do

        schema.migrate(settings().database_url)
        with_database(publish_what_was_there)


def _serve(host: str, port: int, workers: int = 1) -> None:
    import uvicorn

    from web.doctor import refuse_unsafe

    log.configure()
    with_database(refuse_unsafe)
    if "base_url" not in settings().model_fields_set:  # nobody said otherwise: links lead to where we listen
        os.environ["TOUCHSTONE_BASE_URL"] = settings().base_url = f"http://{host}:{port}"
    click.echo(f"Touchstone: {settings().base_url}   (listening on {host}:{port}; stop with Ctrl+C)")
    uvicorn.run(
        "web.cli.serving:application",
        factory=True,
        workers=workers,
        host=host,
        port=port,
        log_config=None,
        log_level="warning",
        access_log=False,  # a path may hold the token of an invitation
        server_header=False,
        date_header=False,  # a copy of an answer that somebody kept would tell the second at which it was given
        proxy_headers=False,  # whose headers count is decided in core/requests
    )


def application() -> Any:
    """What each process serves."""
    from web.app import create_app

    log.configure()
    tracing.start("serve")
    return create_app()


commands = [run, serve, worker, migrate, init, demo]
