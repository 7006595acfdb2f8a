"""The command line `kg`: results on standard output, messages on standard error, exit codes for scripts."""

import os
import sqlite3
import sys
from typing import Any, NoReturn

import click

from kg.cli import (
    asking,
    building,
    exploring,
    exporting,
    history,
    identity,
    importing,
    keeping,
    licensing,
    querying,
    searching,
    serving,
    tokens,
)
from kg.cli.output import tell
from kg.errors import AtlanteError, CheckFailed

_EXIT_CODES = """\b
Exit codes:
  0    done; for check: no violation
  1    a negative answer: a violation, not understood, not found
  2    wrong usage, a bad file, a bad query
  3    the store is busy, or its log moved on or is damaged
  4    the query was stopped at its time limit
  130  interrupted
  141  the reader of the output went away
"""


class _Group(click.Group):
    """A group of commands whose errors are told in a few lines and an exit code, never by a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
            sys.stdout.flush()
        except click.ClickException as error:
            error.show()
            code = error.exit_code
        except AtlanteError as error:
            code = _told(error)
        except (click.Abort, KeyboardInterrupt):
            tell("interrupted")
            code = 130
        except BrokenPipeError:
            _let_go_of_stdout()
            code = 141
        except OSError as error:
            code = _told(AtlanteError(error.strerror or str(error), str(error.filename or "")))
        except sqlite3.Error as error:
            code = _told(AtlanteError(f"the log cannot be read or written: {error}"))
        sys.exit(code or 0)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; click would make a broken pipe the exit code 1, which means a negative answer here."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            _let_go_of_stdout()
            ctx.exit(141)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Keep the order in which one comes to need the commands."""
        return list(self.commands)


def _told(error: AtlanteError) -> int:
    tell(f"error: {error.what}")
    if error.where:
        tell(f"where: {error.where}")
    if error.repair:
        tell(f"repair: {error.repair}")
    if isinstance(error, CheckFailed):
        tell(f"\n{error.report}")
    return error.exit_code


def _let_go_of_stdout() -> None:
    """Keep the interpreter from complaining, as it ends, that it cannot flush."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


@click.group(cls=_Group, epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="atlante")
def cli() -> None:
    """Atlante: a knowledge graph of the AI industry in which every fact carries its evidence.

    Each command tells more with --help.
    """


for command in (
    *(serving.serve, building.build, importing.import_, importing.stats, building.check),
    *(asking.ask, searching.search, asking.show, exploring.path, exploring.depends, licensing.may, querying.query),
    *(exporting.export, history.log, history.diff, history.blame, history.revert),
    *(keeping.verify, keeping.backup, keeping.restore, identity.identity, tokens.token),
):
    cli.add_command(command)


def main() -> NoReturn:
    """Run the command line on the arguments of the process."""
    cli.main(prog_name="kg")
