"""The command line. Exit codes: 0 done, 1 failed, 2 bad usage or input."""

import sys

import click

from core.errors import FieldError, Invalid, TouchstoneError
from web.cli import (
    analysis,
    audit,
    experiences,
    feedback,
    hooks,
    learning,
    mail,
    moments,
    operation,
    people,
    person,
    reading,
    reports,
    serving,
    surveys,
    tickets,
    webhooks,
)

COMMANDS: list[click.Command] = [
    *serving.commands,
    *operation.commands,
    *webhooks.commands,
    *people.commands,
    *tickets.commands,
    *experiences.commands,
    *hooks.commands,
    *analysis.commands,
    *learning.commands,
    *reading.commands,
    *moments.commands,
    *mail.commands,
    *surveys.commands,
    *reports.commands,
    *audit.commands,
    *feedback.commands,
    *person.commands,
]


class Touchstone(click.Group):
    """Errors of the domain are sentences for the person at the terminal, not stack traces."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except Invalid as error:
            click.echo(error.message, err=True)
            _list(error.errors)
            ctx.exit(2)
        except TouchstoneError as error:
            click.echo(error.message, err=True)
            ctx.exit(1)


def _list(errors: list[FieldError]) -> None:
    for error in errors:
        click.echo(f"  {error.field}: {error.message}", err=True)


@click.group(cls=Touchstone, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="touchstone")
def touchstone() -> None:
    """Surveys and feedback that measure what a service is worth to the people who live with it."""


for command in COMMANDS:
    touchstone.add_command(command)


def main() -> None:
    touchstone.main(sys.argv[1:], prog_name="touchstone")
