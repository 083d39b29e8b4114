"""A progress bar on a terminal, and silence everywhere else."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

Watcher = Callable[[float], None]


@contextmanager
def watched(total: float = 1.0) -> Iterator[Callable[[str], Watcher]]:
    """Gives `step(title)`, which gives the call that tells how much of `total` is done. Written to stderr."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:

        def step(title: str) -> Watcher:
            task = progress.add_task(title, total=max(total, 1))
            return lambda done: progress.update(task, completed=done)

        yield step


@contextmanager
def counted(title: str) -> Iterator[Callable[[int], None]]:
    """Gives the call that tells how many more are done, where nobody knows how many there are."""
    columns = (SpinnerColumn(), TextColumn("{task.completed:,}"), TextColumn("{task.description}"), TimeElapsedColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=None)
        yield lambda more: progress.advance(task, more)
