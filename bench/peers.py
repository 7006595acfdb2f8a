"""The services that are measured beside ours, on the same data: `oxigraph serve`, and rdflib-endpoint."""

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def atlante(store: Path, writes: bool = False) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Serve a store as `kg serve` does, without limits for one client and without a log; give address and process.

    `writes` says whether it takes writes.
    """
    port = _free_port()
    settings = {
        "STORE": str(store),
        "CLIENT_RATE": "0",
        "CLIENT_QUERIES": "0",
        "ACCESS_LOG": "",
        "WRITES": f"{writes:d}",
    }
    with tempfile.TemporaryDirectory() as metrics:
        environment = {f"KG_{name}": value for name, value in settings.items()} | {"PROMETHEUS_MULTIPROC_DIR": metrics}
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--log-level"]
        command += [
            "error",
            "--worker-class",
            "server.process.WebProcess",
            "--no-control-socket",
            "server:create_front()",
        ]
        with _running(command, f"http://127.0.0.1:{port}/health/live", environment) as process:
            yield f"http://127.0.0.1:{port}", process


@contextmanager
def oxigraph(data: Path, folder: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Load N-Quads and serve them by Oxigraph's own server."""
    program = Path(sys.executable).with_name("oxigraph")
    subprocess.run([program, "load", "--location", folder, "--file", data], check=True, capture_output=True)
    subprocess.run([program, "optimize", "--location", folder], check=True, capture_output=True)
    port = _free_port()
    command = [str(program), "serve-read-only", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    with _running(command, f"http://127.0.0.1:{port}/", {}) as process:
        yield f"http://127.0.0.1:{port}", process


@contextmanager
def rdflib_endpoint(triples: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Load N-Triples into memory and serve them by rdflib-endpoint."""
    port = _free_port()
    command = [sys.executable, "-m", "bench.rdflib_app", str(triples), str(port)]
    with _running(command, f"http://127.0.0.1:{port}/docs", {}, seconds=300) as process:
        yield f"http://127.0.0.1:{port}", process


@dataclass(frozen=True)
class Asked:
    """What wrk measured: answers per second, and the milliseconds that one took, median and 99 %."""

    rate: float
    median: float
    slowest: float


def asked(address: str, script: str, arguments: list[str], clients: int, seconds: int) -> Asked:
    """Have clients ask a service by a script of `wrk/` for some seconds; raises RuntimeError where some are refused."""
    path = Path(__file__).parent / "wrk" / f"{script}.lua"
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}", "--latency", "--timeout", "60", "-s", str(path), address]
    told = subprocess.run([*command, "--", *arguments], check=True, capture_output=True, text=True).stdout
    failed = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors:.*", told)
    if failed:
        raise RuntimeError(f"not all were answered, {failed[0]}:\n{told}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    waits = [re.search(rf"{share}%\s+([\d.]+)(us|ms|s)", told) for share in (50, 99)]
    assert rate, told
    assert all(waits), told
    scale = {"us": 0.001, "ms": 1.0, "s": 1000.0}
    return Asked(float(rate[1]), *(float(wait[1]) * scale[wait[2]] for wait in waits if wait))


@contextmanager
def _running(
    command: list[str], address: str, environment: dict[str, str], seconds: float = 30
) -> Iterator["subprocess.Popen[bytes]"]:
    errors = tempfile.TemporaryFile()  # noqa: SIM115 - Oxigraph tells of every client that has gone
    process = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=errors
    )
    try:
        until = time.monotonic() + seconds
        while True:
            try:
                httpx.get(address)
                break
            except httpx.TransportError:
                if process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
