"""Changes that come by requests: tokens say who may write, requests become patches, patches are checked and logged."""

from dataclasses import dataclass, field

from kg.log import Commit

WRITTEN = "written"
"""The origin of commits to sources that no file holds."""


@dataclass(frozen=True)
class Write:
    """What a client asks to be changed.

    `kind` is "update" (SPARQL 1.1 Update), "patch" (RDF Patch), "add" (a document in `syntax`, of kg.rdf.FORMATS, whose
    statements are added), "put", "post" or "delete" (the graph `graph`, by the Graph Store Protocol). `text` is
    the update, patch or document. Statements that name no graph are for `graph`, where that is given. `using` and
    `using_named` are the dataset of an update (SPARQL 1.1 Protocol, section 2.2.3), None where its client names none.
    `sources` are the slugs of the sources that the author may write, "*" any; `reads` says whether the author reads
    embargoed sources. `expected` is the commit on which the client relies, None for whatever is there.
    """

    kind: str
    text: str
    author: str
    sources: tuple[str, ...]
    reads: bool = False
    message: str = ""
    syntax: str = ""
    graph: str = ""
    using: tuple[str, ...] | None = None
    using_named: tuple[str, ...] | None = None
    expected: int | None = None
    dry_run: bool = False


@dataclass(frozen=True)
class Finding:
    """What a rule has against a write: its words, the statements it means, and a patch that would mend it, or ""."""

    rule: str
    severity: str
    focus: str
    path: str
    message: dict[str, str]
    statements: list[str] = field(default_factory=list[str])
    fix: str = ""


@dataclass(frozen=True)
class Written:
    """What became of a write: the commit, None where nothing changed or nothing was to be kept; the effect; findings.

    `added` and `removed` are statements of evidence graphs; `commit` on its own says what the log has now.
    """

    head: int
    commit: Commit | None
    added: list[str]
    removed: list[str]
    findings: list[Finding]
    refused: bool = False
