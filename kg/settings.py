"""Every setting in one table: name, environment variable, default, help."""

import math
import os
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from kg.errors import BadInput


@dataclass(frozen=True)
class Setting:
    """A setting: its name, its default (whose type is the setting's type), what it does, the least it may be."""

    name: str
    default: str | int | float
    help: str
    least: float = 1

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return "KG_" + self.name.upper()


SETTINGS = {
    setting.name: setting
    for setting in (
        Setting("store", "store", "Folder of the store: log, live view, snapshots."),
        Setting("host", "127.0.0.1", "Address the server listens on."),
        Setting("port", 8080, "Port the server listens on."),
        Setting(
            "scratch", 0, "1: one web process serves an empty graph that anyone may update, not the store.", least=0
        ),
        Setting("web_processes", 2, "Web processes that gunicorn keeps. What stands below holds for each of them."),
        Setting("connections", 1000, "Connections a web process keeps open; one more is answered 503."),
        Setting(
            "idle_timeout", 20, "Seconds after which a connection is closed that sends no request, or half of one."
        ),
        Setting(
            "client_connections",
            100,
            "Connections one client, no trusted proxy, may keep open; 0 is any number.",
            least=0,
        ),
        Setting("trusted_proxies", "127.0.0.1,::1", "Addresses and networks whose X-Forwarded-* headers are believed."),
        Setting("access_log", "-", "File that takes a line of JSON per request; - is standard error, empty is none."),
        Setting(
            "client_rate",
            100,
            "Requests per second, over ten seconds, that one client may send; 0 is any number.",
            least=0,
        ),
        Setting(
            "client_queries",
            4,
            "Queries and exports of one client that may run or wait at once; 0 is any number.",
            least=0,
        ),
        Setting("streams", 100, "Streams of commits that may be open; one more is answered 503.", least=0),
        Setting("writes", 0, "1: clients with a token (`kg token`) may write.", least=0),
        Setting("write_timeout", 60.0, "Seconds a client's write may take, its check included.", least=0.001),
        Setting("write_memory", 4096, "Megabytes of memory the writing process may use."),
        Setting("write_queue", 1000, "Writes that may wait for the writing process; one more is answered 503."),
        Setting("query_workers", 3, "Query processes, each evaluating one client query at a time."),
        Setting("query_queue", 16, "Queries that may wait for a query process; one more is answered 503.", least=0),
        Setting(
            "query_timeout",
            10.0,
            "Seconds a client's query may take, its answer's way to the client included.",
            least=0.001,
        ),
        Setting("query_cpu", 10, "Seconds of CPU a client's query may use."),
        Setting("query_memory", 2048, "Megabytes of memory a query process may use."),
        Setting("query_rows", 1_000_000, "Rows the answer of a client's query may have."),
        Setting("query_megabytes", 256, "Megabytes the answer of a client's query may have."),
        Setting("query_length", 200_000, "Characters a client's query may have."),
        Setting("query_depth", 100, "Brackets that may be open at once in a client's query."),
        Setting("query_patterns", 2_000, "Triple patterns, path steps and operators a client's query may have."),
        Setting(
            "service_endpoints", "", "SPARQL endpoints that SERVICE may ask, apart by spaces; a query names them whole."
        ),
        Setting("export_workers", 2, "Processes that write exports and whole graphs."),
        Setting("export_timeout", 600.0, "Seconds an export may take, its way to the client included.", least=0.001),
        Setting("cache_megabytes", 32, "Megabytes of small answers that are kept until the next commit.", least=0),
        Setting("import_megabytes", 512, "Megabytes that a file to import may have, unpacked."),
        Setting("snapshots_kept", 3, "Snapshots kept on disk, the current one included."),
        Setting("views_kept", 8, "Views of other times kept on disk, those last asked for."),
    )
}


def get_text(name: str) -> str:
    """Return the text setting `name` from the environment, else its default."""
    return os.environ.get(SETTINGS[name].variable, str(SETTINGS[name].default))


def get_number(name: str) -> float:
    """Return the numeric setting `name`; raises BadInput where the environment holds no number that it may be."""
    setting = SETTINGS[name]
    text = get_text(name)
    try:
        number = type(setting.default)(text) if not isinstance(setting.default, str) else float(text)
    except ValueError as error:
        kind = "a whole number" if isinstance(setting.default, int) else "a number"
        raise BadInput(f"{text!r} is not {kind}", setting.variable, f"Its default is {setting.default}.") from error
    if not setting.least <= number < math.inf:
        raise BadInput(
            f"{text} is too small, or endless", setting.variable, f"The least it may be is {setting.least:g}."
        )
    return number


def get_networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Return the setting `name` as networks, one address being one too; raises BadInput where it names none."""
    try:
        return [ip_network(part.strip(), strict=False) for part in get_text(name).split(",") if part.strip()]
    except ValueError as error:
        raise BadInput(str(error), SETTINGS[name].variable, "It is e.g. 127.0.0.1,10.0.0.0/8.") from error


def check() -> None:
    """Raise BadInput for the first setting in the environment that cannot be what it must be."""
    get_networks("trusted_proxies")
    for setting in SETTINGS.values():
        if not isinstance(setting.default, str):
            get_number(setting.name)
