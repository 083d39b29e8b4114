"""The command line. Exit codes: 0 done, 1 failed, 2 bad usage or input."""

import sys
from importlib import import_module

import click

from core.errors import FieldError, Invalid, TouchstoneError

COMMANDS = {
    "serving": ("run", "serve", "worker", "migrate", "init", "demo"),
    "operation": ("doctor", "backup", "restore", "move", "tasks"),
    "webhooks": ("webhook",),
    "people": ("user", "token"),
    "tickets": ("import", "flow"),
    "experiences": ("import",),
    "hooks": ("hook",),
    "analysis": ("rebuild",),
    "learning": ("learn", "reread", "classifier"),
    "reading": ("read", "train"),
    "moments": ("moments", "drivers"),
    "mail": ("bounce",),
    "surveys": ("survey",),
    "reports": ("report",),
    "audit": ("audit",),
    "feedback": ("feedback", "import"),
    "person": ("person",),
}


class Touchstone(click.Group):
    """Loads the rooms of the command that is asked for, as all of them together take a second; errors of the domain
    are sentences for the person at the terminal, not stack traces."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        self.load(cmd_name)
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        self.load()
        return super().list_commands(ctx)

    def load(self, name: str = "") -> None:
        """What is known by this name; of a name that nobody knows all, to say what comes near."""
        for module in [module for module, names in COMMANDS.items() if name in names] or COMMANDS:
            for command in import_module(f"web.cli.{module}").commands:
                self.add_command(command)

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


def main() -> None:
    touchstone.main(sys.argv[1:], prog_name="touchstone")
