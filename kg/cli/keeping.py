"""`kg verify`, `kg backup` and `kg restore`: keeping the log whole.

What is imported inside functions takes long to import, and most commands can do without.
"""

from pathlib import Path

import click

from kg.cli import options
from kg.cli.output import Progress, tell
from kg.errors import NotFound
from kg.store import Store

_file = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.command()
@options.store
def verify(store: Path) -> None:
    """Check that the log is what was written, and that its views are what the log says.

    The chain of hashes is followed from the first commit to the last; then the log is replayed, and compared with
    every graph of each snapshot that is kept. Exit code 3 names the first commit that is wrong. Nothing is changed.
    Views of other times are made from the snapshots, and are not looked at.

    \b
    Example:
      kg verify
    """
    from kg.history.verifying import verify as verified

    if not Store(store).log.path.exists():
        raise NotFound("the store is empty", str(store), "Fill it with `kg build`.")
    with Progress("verifying") as progress:
        found = verified(Store(store), progress)
    click.echo(f"{found.commits} commits, each as it was written")
    for number, statements in found.views:
        click.echo(f"the view of commit {number}: {statements:,} statements, each as the log says")
    if not found.views:
        click.echo("no view yet; the first command that reads makes it")


@click.command()
@_file
@options.store
def backup(file: Path, store: Path) -> None:
    """Write a whole copy of the log to FILE, which must not exist yet.

    A server and a build may go on meanwhile. The log is all that a store needs.

    \b
    Example:
      kg backup atlante-monday.sqlite
    """
    from kg.history.backing_up import backup as backed_up

    with Progress("copying"):
        commits = backed_up(Store(store), file)
    tell(f"{commits} commits, verified, in {file}")


@click.command()
@_file
@options.store
def restore(file: Path, store: Path) -> None:
    """Make a store from FILE, a backup, in a folder that is empty or not there yet.

    The chain of hashes is checked first; then the views are made anew.

    \b
    Example:
      kg restore atlante-monday.sqlite --store restored
    """
    from kg.history.backing_up import restore as restored

    with Progress("restoring"):
        number, held = restored(file, store)
    tell(f"{store} stands at commit {number}: {held.statements:,} statements, {held.sources:,} sources")
