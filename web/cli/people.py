"""People and programs that may come in: user, token."""

import sys

import click

from core.auth import service as auth
from core.auth.models import Role
from core.db import Database
from core.errors import FieldError, Invalid
from web.cli.serving import with_database

_customers = click.option("--customer", "customers", multiple=True, metavar="KEY", help="A customer they may see.")


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("email")
@click.option("--role", required=True, type=click.Choice([Role.MANAGER.value, Role.ADMIN.value]))
@_customers
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_user(email: str, role: str, customers: tuple[str, ...], password_stdin: bool) -> None:
    """Add a person who signs in with EMAIL and a password."""
    _need_customers(Role(role), customers)
    password = sys.stdin.readline().rstrip("\n") if password_stdin else _asked_password()

    async def work(db: Database) -> None:
        async with db.write() as session:
            await auth.add_user(session, email, password, Role(role), list(customers))

    with_database(work)
    click.echo(f"{email} can sign in now.")


def _asked_password() -> str:
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer


@click.group()
def token() -> None:
    """Bearer tokens of other programs."""


@token.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@_customers
def add_token(name: str, role: str, customers: tuple[str, ...]) -> None:
    """Make a bearer token called NAME and print it: this once."""
    _need_customers(Role(role), customers)

    async def work(db: Database) -> str:
        async with db.write() as session:
            return await auth.add_token(session, name, Role(role), list(customers))

    click.echo(with_database(work))


def _need_customers(role: Role, customers: tuple[str, ...]) -> None:
    """A manager without customers would see nothing, and not know why."""
    if role is Role.MANAGER and not customers:
        message = "A manager needs at least one --customer KEY"
        raise Invalid(message, [FieldError("customer", message)])


commands = [user, token]
