"""Options that several commands share."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from kg.past import Asked
from kg.settings import SETTINGS

store = click.option(
    "--store",
    "store",
    type=click.Path(file_okay=False, path_type=Path),
    default=str(SETTINGS["store"].default),
    envvar=SETTINGS["store"].variable,
    show_default=True,
    show_envvar=True,
    metavar="DIR",
    help=SETTINGS["store"].help,
)

output = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write to FILE, which appears once it is whole, instead of standard output.",
)

language = click.option(
    "--lang",
    "language",
    type=click.Choice(["en", "it"]),
    default="en",
    show_default=True,
    help="Language of labels and messages.",
)

files = click.argument(
    "files", nargs=-1, metavar="[FILES]...", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)

_TIMES = (
    click.option(
        "--as-of",
        default="",
        metavar="COMMIT|TIME",
        help="See the graph as it was at a commit, or at the last one up to a day or a time.",
    ),
    click.option("--known-by", default="", metavar="DATE", help="Only sources published by DATE."),
    click.option("--valid-on", default="", metavar="DATE", help="Only what was in force on DATE."),
    click.option("--public", is_flag=True, help="Only what is public: nothing of embargoed sources."),
)


def times(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of other times, and of what is public, as its argument `asked`."""

    @wraps(command)
    def with_times(as_of: str, known_by: str, valid_on: str, public: bool, **others: Any) -> None:
        command(asked=Asked(as_of, known_by, valid_on, public), **others)

    for option in reversed(_TIMES):
        with_times = option(with_times)
    return with_times
