"""Analysis: count the rollups again."""

import click

from web.cli.rebuilding import rebuild_all
from web.cli.serving import with_database


@click.command()
def rebuild() -> None:
    """Count the rollups again, month by month, and then the sums that moments are found from.

    Reports stay up meanwhile, and what was published stays published; where nothing was yet, everything is. Nobody
    looks for moments until it is done.
    """
    counted, people = with_database(rebuild_all)
    click.echo(f"{counted:,} experiences and the visits of {people:,} people counted again.")


commands = [rebuild]
