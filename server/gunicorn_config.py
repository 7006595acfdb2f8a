"""What gunicorn does when a web process has ended: its gauges are counted no longer."""

from typing import Any

from prometheus_client.multiprocess import mark_process_dead


def child_exit(server: Any, worker: Any) -> None:
    """Forget the gauges of a web process that has ended (gunicorn's server hook of this name)."""
    mark_process_dead(worker.pid)
