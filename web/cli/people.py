"""People and programs that may come in: user, token."""

import sys
from collections.abc import Awaitable, Callable

import click

from core.auth import service as auth
from core.auth.models import Role, User
from core.auth.queries import user_by_email
from core.auth.rules import needs_customers
from core.db import Database, Session
from core.errors import FieldError, Invalid, NotFound
from web.cli.serving import with_database

_customers = click.option("--customer", "customers", multiple=True, metavar="KEY", help="A customer they may see.")


_role = click.option(
    "--role", required=True, type=click.Choice([Role.MANAGER.value, Role.CUSTOMER.value, Role.ADMIN.value])
)
_password_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.argument("email")
@_role
@_customers
@_password_stdin
def add_user(email: str, role: str, customers: tuple[str, ...], password_stdin: bool) -> None:
    """Add a person who signs in with EMAIL and a password."""
    _need_customers(Role(role), customers)
    password = _password(password_stdin)

    async def work(db: Database) -> None:
        async with db.write() as session:
            await auth.add_user(session, email, password, Role(role), list(customers))

    with_database(work)
    click.echo(f"{email} can sign in now.")


@user.command("password")
@click.argument("email")
@_password_stdin
def change_password(email: str, password_stdin: bool) -> None:
    """Set a new password for EMAIL; whoever is signed in with the old one is signed out."""
    password = _password(password_stdin)
    _change(email, lambda session, found: auth.set_password(session, found, password))
    click.echo(f"{email} signs in with the new password now.")


@user.command("role")
@click.argument("email")
@_role
@_customers
def change_role(email: str, role: str, customers: tuple[str, ...]) -> None:
    """Give EMAIL another role or other customers; they have to sign in again."""
    _need_customers(Role(role), customers)
    _change(email, lambda session, found: auth.change_role(session, found, Role(role), list(customers)))
    click.echo(f"{email} is {role} now.")


@user.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Sign EMAIL out and let them in no more."""
    _change(email, auth.disable)
    click.echo(f"{email} cannot sign in any more.")


@user.command("second-step-off")
@click.argument("email")
def second_step_off(email: str) -> None:
    """Sign EMAIL out and let them in by the password alone: the way back when authenticator and codes are lost."""
    _change(email, lambda session, found: auth.reset_second_step(session, found, "command line"))
    click.echo(f"{email} signs in with the password alone now.")


def _change(email: str, change: Callable[[Session, User], Awaitable[None]]) -> None:
    async def work(db: Database) -> None:
        async with db.write() as session:
            found = await user_by_email(session, email)
            if found is None:
                raise NotFound(f"There is no user {email}")
            await change(session, found)

    with_database(work)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
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


@token.command("revoke")
@click.argument("name")
def revoke_token(name: str) -> None:
    """End the bearer token called NAME: what it asks for is refused from now on."""

    async def work(db: Database) -> None:
        async with db.write() as session:
            await auth.revoke_token(session, name)

    with_database(work)
    click.echo(f"The token {name} opens nothing any more.")


def _need_customers(role: Role, customers: tuple[str, ...]) -> None:
    """A manager without customers would see nothing, and not know why."""
    if needs_customers(role) and not customers:
        message = f"A {role} needs at least one --customer KEY"
        raise Invalid(message, [FieldError("customer", message)])


commands = [user, token]
