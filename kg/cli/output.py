"""Where results and messages go: results to standard output or, whole or not at all, to a file; messages to
standard error."""

import os
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import TracebackType
from typing import IO, cast

import click

from kg.errors import BadInput

_QUIET_SECONDS = 1.0
_REDRAW_SECONDS = 0.2


@contextmanager
def destination(path: Path | None) -> Generator[IO[bytes], None, None]:
    """Give the stream for a result: standard output for None and `-`, else a file.

    The file appears under its name once it is whole and on disk; an error leaves what stood there before.
    """
    if path is None or str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif path.exists() and not path.is_file():  # a device or a pipe has no place for a file beside it
        with path.open("wb") as file:
            yield file
    else:
        with _replacing(path.resolve()) as file:
            yield file


@contextmanager
def _replacing(path: Path) -> Generator[IO[bytes], None, None]:
    if not path.parent.is_dir():
        raise BadInput("there is no such folder", str(path.parent))
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            yield cast(IO[bytes], file)
            file.flush()
            os.fchmod(file.fileno(), _mode(path))
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    with suppress(OSError):  # not every file system can
        os.fsync(folder)
    os.close(folder)


def _mode(path: Path) -> int:
    """Return the permissions of the file that is replaced, else those that a new file gets."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def tell(message: str) -> None:
    """Write a message for people to standard error."""
    click.echo(message, err=True)


class Progress:
    """A line on the terminal that says what takes so long, from the second second on; nothing when piped."""

    def __init__(self, step: str) -> None:
        self.step = step
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True)

    def __call__(self, step: str) -> None:
        """Say what is done now."""
        self.step = step

    def __enter__(self) -> "Progress":
        if sys.stderr.isatty():
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()

    def _draw(self) -> None:
        start = time.monotonic()
        if self._done.wait(_QUIET_SECONDS):
            return
        while not self._done.wait(_REDRAW_SECONDS):
            click.echo(f"\r\x1b[K{self.step} ({time.monotonic() - start:.0f} s)", nl=False, err=True)
        click.echo("\r\x1b[K", nl=False, err=True)
