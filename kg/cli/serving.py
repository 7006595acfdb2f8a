"""`kg serve`: build, say what there is, and hand over to the web server."""

import os
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kg import settings
from kg.cli import options
from kg.cli.building import built
from kg.cli.output import tell
from kg.errors import BadInput
from kg.settings import SETTINGS
from kg.store import Store, counts

F = TypeVar("F", bound=Callable[..., Any])

_PACKAGES = Path(__file__).resolve().parents[2]


def _setting(name: str, flag: str, kind: click.IntRange | None = None) -> Callable[[F], F]:
    setting = SETTINGS[name]
    return click.option(
        flag,
        type=kind,
        default=setting.default,
        envvar=setting.variable,
        show_default=True,
        show_envvar=True,
        help=setting.help,
    )


@click.command()
@options.store
@_setting("host", "--host")
@_setting("port", "--port", click.IntRange(1, 65535))
@_setting("web_processes", "--workers", click.IntRange(1))
def serve(store: Path, host: str, port: int, workers: int) -> None:
    """Build the graph from its data, check it, and serve it.

    \b
    Example:
      kg serve --port 9000
    """
    settings.check()
    _refuse_taken(host, port)
    _refuse_unwritable(settings.get_text("access_log"))
    built(store, ())
    with Store(store).reader() as (engine, number):
        held = counts(engine)
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    tell(f"Atlante is at http://{address}/ (Ctrl-C ends it)")
    tell(
        f"commit {number}: {held.statements:,} statements, {held.entities:,} entities, {held.sources:,} sources, "
        f"{held.evidence:,} places of evidence"
    )
    _become_server(store, address, workers)


def _refuse_taken(host: str, port: int) -> None:
    """Raise BadInput where the web server could not listen, before any work is done."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        repair = "Choose another port with --port, or end what listens there."
        raise BadInput(f"cannot listen: {error.strerror}", f"{host}:{port}", repair) from error


def _refuse_unwritable(log: str) -> None:
    """Raise BadInput where the access log could not be written."""
    if log in ("", "-"):
        return
    try:
        with Path(log).open("ab"):
            pass
    except OSError as error:
        variable = SETTINGS["access_log"].variable
        repair = f"Name a file that can be written in {variable}; - is standard error, empty is none."
        raise BadInput(f"the access log cannot be written: {error.strerror}", log, repair) from error


def _counters(store: Path) -> Path:
    """Return an empty folder for the counters of this server; those of servers that are no more are removed."""
    host, folder = socket.gethostname(), store / "metrics"
    for left in folder.glob(f"{host}-*"):
        if not _lives(int(left.name.rpartition("-")[2])):
            shutil.rmtree(left, ignore_errors=True)
    own = folder / f"{host}-{os.getpid()}"
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    return own.resolve()


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _become_server(store: Path, address: str, workers: int) -> None:
    paths = [str(_PACKAGES), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    os.environ[SETTINGS["store"].variable] = str(store.resolve())
    # Where the web processes add up what each has counted; this process becomes the server, under the same number.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(_counters(store))
    arguments = [
        "--config",
        "python:server.gunicorn_config",
        "--bind",
        address,
        "--workers",
        str(workers),
        "--worker-class",
        "server.process.WebProcess",
    ]
    # gunicorn's control socket would lie in the user's home.
    arguments += ["--log-level", "warning", "--no-control-socket"]
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", *arguments, "server:create_front()"])
