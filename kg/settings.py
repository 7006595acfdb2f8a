"""Every setting in one table: name, environment variable, default, help."""

import os
from dataclasses import dataclass

from kg.errors import BadInput


@dataclass(frozen=True)
class Setting:
    """A setting: its name, its default (whose type is the setting's type), and what it does."""

    name: str
    default: str | int | float
    help: str

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
        Setting("web_processes", 2, "Web processes that gunicorn keeps."),
        Setting("query_workers", 2, "Query processes per web process, each evaluating one client query at a time."),
        Setting("query_timeout", 10.0, "Seconds after which the process that evaluates a client's query is killed."),
        Setting("query_memory", 2048, "Mebibytes of memory a query process may use."),
        Setting("snapshots_kept", 3, "Snapshots kept on disk, the current one included."),
    )
}


def get_text(name: str) -> str:
    """Return the text setting `name` from the environment, else its default."""
    return os.environ.get(SETTINGS[name].variable, str(SETTINGS[name].default))


def get_number(name: str) -> float:
    """Return the numeric setting `name`; raises BadInput where the environment holds no number."""
    setting = SETTINGS[name]
    text = get_text(name)
    try:
        return type(setting.default)(text) if not isinstance(setting.default, str) else float(text)
    except ValueError as error:
        kind = "a whole number" if isinstance(setting.default, int) else "a number"
        raise BadInput(f"{text!r} is not {kind}", setting.variable, f"Its default is {setting.default}.") from error
