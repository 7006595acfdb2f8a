"""Options that several commands share."""

from pathlib import Path

import click

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
