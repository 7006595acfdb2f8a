"""The errors that people meet: what happened, where, and what to do; each kind with its exit code."""


class AtlanteError(Exception):
    """An error to be told to a person: `what` happened, `where`, and the `repair`."""

    exit_code = 2

    def __init__(self, what: str, where: str = "", repair: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.repair = repair

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what}" + (f"\n  {self.repair}" if self.repair else "")


class BadInput(AtlanteError):
    """A file, a term or an argument that cannot be taken as it is."""


class NotFound(AtlanteError):
    """A thing that is asked for and not in the graph."""

    exit_code = 1


class CheckFailed(AtlanteError):
    """A change whose result breaks a shape; `report` is the text of the check's report."""

    exit_code = 1

    def __init__(self, what: str, report: str) -> None:
        super().__init__(what, repair="Mend the statements named below; the graph stays as it was.")
        self.report = report


class StoreBusy(AtlanteError):
    """Another process holds the writer's lock of the store."""

    exit_code = 3


class Conflict(AtlanteError):
    """The log moved on between reading its head and appending to it."""

    exit_code = 3


class Damaged(AtlanteError):
    """The log does not verify: a hash, or the chain of hashes, is not what it should be."""

    exit_code = 3


class QueryError(AtlanteError):
    """A query that does not parse or cannot be evaluated."""


class LimitReached(QueryError):
    """A query that needs more than it may use; `limit` is the name of the setting that says how much."""

    def __init__(self, limit: str, what: str, repair: str) -> None:
        super().__init__(what, "query", repair)
        self.limit = limit


class QueryTimeout(AtlanteError):
    """A query that was stopped at its time limit."""

    exit_code = 4


class RemoteError(AtlanteError):
    """A SPARQL server that cannot be reached, lets nobody in, fails, or answers what it should not."""

    exit_code = 3
