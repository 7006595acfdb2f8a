"""`kg token`: who may write to a service, and who reads there what is embargoed."""

from pathlib import Path

import click

from kg.cli import options
from kg.cli.output import tell
from kg.writing.tokens import Token, Tokens


@click.group()
def token() -> None:
    """Make, list and revoke the tokens by which clients write to a service, or read what is embargoed."""


@token.command()
@click.option("--author", required=True, metavar="NAME", help="Whose name the commits bear.")
@click.option(
    "--source",
    "sources",
    multiple=True,
    metavar="SLUG",
    help="A source that may be written, e.g. my-notes for src:my-notes; * is any. May be given several times.",
)
@click.option("--embargoed", "reads", is_flag=True, help="It reads embargoed sources too; to write one takes this.")
@options.store
def make(author: str, sources: tuple[str, ...], reads: bool, store: Path) -> None:
    """Make a token and print it; it is kept as a hash only, so that nobody can show it again.

    \b
    Example:
      kg token make --author "Ada" --source ada-notes
      kg token make --author "Press office" --embargoed
    """
    made, secret = Tokens(store).make(author, sources, reads=reads)
    tell(f"token {made.number}: {_words(made)}")
    click.echo(secret)


@token.command("list")
@options.store
def list_(store: Path) -> None:
    """List the tokens, revoked ones too; none of them can be shown again.

    \b
    Example:
      kg token list
    """
    for one in Tokens(store).all():
        state = f", revoked {one.revoked}" if one.revoked else ""
        click.echo(f"{one.number}  made {one.made}{state}: {_words(one)}")


@token.command()
@click.argument("number", type=click.IntRange(1))
@options.store
def revoke(number: int, store: Path) -> None:
    """Take a token back; it is refused from the next request on.

    \b
    Example:
      kg token revoke 1
    """
    tell(f"token {number} is revoked: {_words(Tokens(store).revoke(number))}")


def _words(one: Token) -> str:
    sources = ", ".join("any source" if slug == "*" else f"src:{slug}" for slug in one.sources)
    may = [f"write {sources}"] if sources else []
    return f"{one.author} may {' and '.join([*may, *(['read what is embargoed'] if one.reads else [])])}"
