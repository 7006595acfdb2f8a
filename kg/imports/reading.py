"""Reading a job: its files' rows become the statements of one source, and rows that cannot be taken a list."""

import hashlib
import importlib
import re
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import msgspec

from kg.engine import Engine
from kg.errors import BadInput
from kg.identity import decisions
from kg.imports import Job
from kg.imports.cells import BadCell, Cells, fill, text_of
from kg.imports.chosen import chosen_names
from kg.imports.known import Known
from kg.imports.mapping import Mapping
from kg.imports.rows import RowMapper, Said
from kg.imports.tables import Layout, Misfit, Record, read, refuse_large
from kg.names import NS, RDF, RDFS, SOURCE, XSD, slugify
from kg.paths import identity_dir
from kg.rdf import Literal, NamedNode, Term
from kg.sources import Input, Source, digest

_SHOWN = 60
"""Characters of a cell that a message shows."""


@dataclass(frozen=True)
class Refusal:
    """A row that was left out: the file, its place in it, the column and the text that are to blame, and why.

    Of an optional cell, `whole` is False: it alone was left out, and the row went in.
    """

    file: Path
    place: str
    column: str
    text: str
    reason: str
    whole: bool = True

    def __str__(self) -> str:
        text = self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}..."
        cell = f", column {self.column!r}: {text!r}" if self.column else ":"
        return f"{self.file}, {self.place}{cell} {self.reason}{'' if self.whole else '; the cell alone is left out'}"


@dataclass(frozen=True)
class Imported:
    """A source that was read from tables, the number of rows read, and the rows left out."""

    source: Source
    rows: int
    refused: list[Refusal]


class Importing:
    """Jobs, and what came of those that had to be read: `done`, in their order, filled while a build reads them.

    With `strict`, a row that cannot be taken keeps everything out.
    """

    def __init__(self, jobs: Sequence[Job], *, strict: bool = False) -> None:
        self._jobs, self._strict = jobs, strict
        self.done: list[Imported] = []

    def inputs(self, engine: Engine) -> list[Input]:
        """Return the sources to be, for kg.build.build; raises BadInput for a file whose name tells no edition."""
        decided = decisions.read(identity_dir())
        known = Known.of(engine, decided.canonical)
        inputs = [self._input(job, known) for job in self._jobs]
        return [*inputs, self._names(engine, decided, inputs)]

    def _names(self, engine: Engine, decided: decisions.Decisions, inputs: Sequence[Input]) -> Input:
        """Return the input that comes after all others: the names that decisions chose for what they speak of."""
        folder = identity_dir()
        every = _hash("".join(sorted(given.digest for given in inputs)).encode())

        def names() -> Source:
            return chosen_names(engine, decided, folder, [done.source for done in self.done])

        return Input(tuple(decisions.files(folder)), "import identity decisions", every, names)

    def _input(self, job: Job, known: Known) -> Input:
        identify(job)
        for file in job.files:
            refuse_large(file)
        return Input(job.files, f"import {job.kind}", digest_of(job, known), lambda: self._read(job, known))

    def _read(self, job: Job, known: Known) -> Source:
        imported = read_job(job, known)
        if self._strict and imported.refused:
            first = imported.refused[0]
            count = len(imported.refused)
            raise BadInput(f"{count} row{'s' * (count > 1)} cannot be taken; the first: {first.reason}", str(first))
        self.done.append(imported)
        return imported.source


def identify(job: Job) -> tuple[str, dict[str, str]]:
    """Return the IRI of the source that a job makes, and the variables that the files' name gives.

    Raises BadInput for a name from which the edition cannot be told.
    """
    origin, variables = job.mapping.source, dict[str, str]()
    if origin.edition:
        match = re.search(origin.edition, job.files[0].name)
        if not match:
            raise BadInput(
                f"the name does not tell the edition ({origin.edition})",
                str(job.files[0]),
                f"Give the file the name it has where it is published: {origin.files[0]}.",
            )
        variables = {name: text for name, text in match.groupdict().items() if text}
    return SOURCE + fill(origin.slug, variables, slugs=True), variables


def digest_of(job: Job, known: Known) -> str:
    """Return a hash of all that decides what a job says: its files, its mapping, and what is known."""
    parts = [
        digest(job.files),
        _hash(msgspec.json.encode(job.mapping)),
        known.digest(),
        digest(decisions.files(identity_dir())),
    ]
    return _hash("".join(parts).encode())


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_job(job: Job, known: Known) -> Imported:
    """Return what the files of a job say.

    A row that cannot be taken is left out and listed; raises BadInput for a file that cannot be read at all.
    """
    iri, variables = identify(job)
    mapper = RowMapper(job.mapping, iri, known)
    statements, refused = mapper.once(variables).statements, list[Refusal]()
    records = list(_records(job, refused))
    graphs = Said()
    seen: Counter[str] = Counter(_key(job.mapping, record.cells) for _, record in records)
    taken: dict[str, str] = {}
    for file, record in records:
        try:
            key = _own_key(job.mapping, record, seen)
            if key in taken and not job.mapping.row.repeats:
                raise BadCell("", "", f"says the same as {taken[key]}")
            key = _numbered(key, taken)
            said = mapper.row({**record.cells, **variables}, key)
        except BadCell as bad:
            refused.append(Refusal(file, record.place, bad.column, bad.text, bad.reason))
            continue
        refused += [Refusal(file, record.place, one.column, one.text, one.reason, False) for one in said.dropped]
        taken[key] = record.place
        statements |= said.statements
        graphs.graphs |= said.graphs
    statements.update(graphs.descriptions(iri))
    statements.update(_description(job, iri, variables, len(records), len(records) - len(taken)))
    return Imported(Source(iri, job.files, statements), len(records), refused)


def _records(job: Job, refused: list[Refusal]) -> Iterator[tuple[Path, Record]]:
    row = job.mapping.row
    heads = {other: name for name, others in row.heads.items() for other in others}
    layout = Layout(row.required, heads, job.mapping.source.records)
    found = [(file, record) for file in job.files for record in read(file, layout)]
    prepared = _prepared(job, (record for _, record in found))
    for (file, _), record in zip(found, prepared, strict=True):
        if isinstance(record, Misfit):
            refused.append(Refusal(file, record.place, "", "", record.reason))
        elif skip := next((s for s in row.skip if text_of(record.cells, s.column) in s.values), None):
            text = text_of(record.cells, skip.column)
            refused.append(Refusal(file, record.place, skip.column, text, skip.reason))
        else:
            yield file, record


def _prepared(job: Job, found: Iterator[Record | Misfit]) -> Iterator[Record | Misfit]:
    if not job.mapping.source.prepared:
        return found
    name = job.mapping.like or job.mapped_by.name.removesuffix(".toml")
    return importlib.import_module(f"kg.imports.kinds.{re.sub('[-.]', '_', name)}").records(found)


def _key(mapping: Mapping, cells: Cells) -> str:
    return slugify(" ".join(text_of(cells, column) for column in mapping.row.key))


def _own_key(mapping: Mapping, record: Record, seen: Counter[str]) -> str:
    """Return the row's key; rows that share one are told apart by a hash of all they say."""
    for column in mapping.row.key:
        if not text_of(record.cells, column):
            raise BadCell(column, "", "is empty, and tells which row this is")
    key = _key(mapping, record.cells)
    if seen[key] == 1:
        return key
    return f"{key}-{hashlib.sha256(repr(sorted(record.cells.items())).encode()).hexdigest()[:8]}"


def _numbered(key: str, taken: Container[str]) -> str:
    """Return the first of `key`, `key-2`, `key-3`... that is free; which of the same rows has which does not matter."""
    numbered = (f"{key}-{number}" for number in count(2))
    return key if key not in taken else next(one for one in numbered if one not in taken)


def _description(job: Job, iri: str, variables: dict[str, str], rows: int, refused: int) -> Iterator[str]:
    origin = job.mapping.source
    values: list[tuple[str, Term]] = [
        (RDF + "type", NamedNode(NS + "Source")),
        (RDFS + "label", Literal(fill(origin.label, variables, slugs=False) or origin.label)),
        (NS + "publisher", Literal(origin.publisher)),
        (NS + "language", Literal(origin.language)),
        (NS + "sourceKind", NamedNode(NS + "Dataset")),
        (NS + "terms", Literal(origin.terms)),
        (NS + "sha256", Literal(digest(job.files))),
        (NS + "rowsRead", _number(rows)),
        (NS + "rowsRefused", _number(refused)),
    ]
    if origin.url:
        values.append((NS + "url", NamedNode(fill(origin.url, variables, slugs=False))))
    if published := fill(origin.published, variables, slugs=False) if origin.published else "":
        kind = ("gYear", "gYearMonth", "date")[published.count("-")]
        values.append((NS + "published", Literal(published, datatype=NamedNode(XSD + kind))))
    for predicate, value in values:
        yield f"<{iri}> <{predicate}> {value} <{iri}>"


def _number(number: int) -> Literal:
    return Literal(str(number), datatype=NamedNode(XSD + "integer"))
