"""The service as a process of its own, behind a real socket."""

import os
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

FEW = {"query_workers": 1, "export_workers": 1}
"""Settings for tests that ask one thing after the other: each process that a service has more takes time to start."""


@dataclass(frozen=True)
class Service:
    """A running service: its address, its process, and the files of its messages and of its access log."""

    address: str
    process: "subprocess.Popen[bytes]"
    messages: Path
    access: Path

    def client(self, **options: object) -> httpx.Client:
        """Return a client of the service; to be closed."""
        return plain(base_url=self.address, timeout=30, **options)

    def children(self) -> list[int]:
        """Return the numbers of the query processes, of all web processes."""
        found = []
        for status in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if b"kg.workers.worker" in status.read_bytes() and self._descends(int(status.parent.name)):
                    found.append(int(status.parent.name))
            except OSError:  # it has just ended
                continue
        return found

    def _descends(self, number: int) -> bool:
        for _ in range(3):
            number = int(Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[1])
            if number == self.process.pid:
                return True
        return False


@contextmanager
def serving(store: Path, **settings: object) -> Iterator[Service]:
    """Start the service on a free port of 127.0.0.1 with some settings, and end it.

    Where nothing else is said it has one web process, and no limit on what one client may ask.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "metrics").mkdir()
        given = {"client_rate": 0, "client_queries": 0, "web_processes": 1, "access_log": folder / "access", **settings}
        environment = {f"KG_{key.upper()}": str(value) for key, value in given.items()}
        environment |= {"KG_STORE": str(store), "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics")}
        command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers"]
        command += [environment.pop("KG_WEB_PROCESSES"), "--worker-class", "server.process.WebProcess"]
        command += ["--config", "python:server.gunicorn_config"]
        command += ["--no-control-socket", "--worker-tmp-dir", name, "server:create_front()"]
        with (folder / "messages").open("wb") as output:
            process = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **environment}, stdout=output, stderr=output
            )
        service = Service(f"http://127.0.0.1:{port}", process, folder / "messages", folder / "access")
        try:
            _wait(service)
            yield service
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            finally:
                process.kill()


def plain(**options: object) -> httpx.Client:
    """Return a client that speaks HTTP without TLS, and so need not read the certificates that it would trust."""
    return httpx.Client(verify=False, **options)  # type: ignore[arg-type]


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(service: Service) -> None:
    with service.client() as client:
        for _ in range(400):
            try:
                client.get("/health/live")
                return
            except httpx.TransportError:
                assert service.process.poll() is None, service.messages.read_text(encoding="utf-8")
                time.sleep(0.05)
    raise AssertionError(f"the service does not answer: {service.messages.read_text(encoding='utf-8')}")
