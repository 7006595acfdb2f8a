"""Adding decisions to the files that keep them: checked first, then appended whole, so that nothing is lost."""

import fcntl
import os
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import IO

from kg.errors import BadInput
from kg.identity.decisions import COLUMNS, PREDICATE, Decision, Decisions, files, read
from kg.identity.matching import Pair
from kg.identity.records import Record
from kg.names import BASE, ID, shorten

FILES = {
    "chip": "chips",
    "licence": "public-licences",
    "model": "models",
    "organisation": "organisations",
    "person": "people",
    "place": "places",
    "system": "systems",
}
"""The file, without its ending, that keeps the decisions on things of a kind."""

_HEADER = """#mapping_set_id: {base}identity/{name}
#license: https://creativecommons.org/licenses/by/4.0/
#subject_type: owl named individual
#object_type: owl named individual
#curie_map:
#  id: {id}
#  skos: http://www.w3.org/2004/02/skos/core#
#  semapv: https://w3id.org/semapv/vocab/
"""


def decide(folder: Path, pair: Pair, same: bool, author: str, why: str) -> Path:
    """Append the decision on a pair to the folder's file for its kind, made if it is not there; return the file.

    Raises BadInput, and writes nothing, where the decision cannot hold beside those that are there.
    """
    path = folder / f"{FILES[pair.left.kind]}.tsv"
    with opened(path) as file:
        known = read(folder)
        entry = _entry(known, pair, same, {"author_label": author, "comment": why}, str(path))
        Decisions.of((*known.entries, entry))
        file.write(line_of(entry, _columns(path)))
        file.flush()
        os.fsync(file.fileno())
    return path


@contextmanager
def opened(path: Path) -> Generator[IO[bytes]]:
    """Give a file of decisions to append to, with its head and its last line's end; two never write at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(_closing(path) if path.stat().st_size else _head(path).encode())
        file.flush()
        yield file


def line_of(entry: Decision, columns: Sequence[str]) -> bytes:
    """Return a decision as a line of a file that has these columns."""
    return ("\t".join(_cell(entry.row.get(name, "")) for name in columns) + "\n").encode()


def _entry(known: Decisions, pair: Pair, same: bool, said: dict[str, str], where: str) -> Decision:
    """Make the decision: what is merged already stands for its things, and the shorter name is kept."""
    left, right = (replace(record, iri=known.canonical(record.iri)) for record in (pair.left, pair.right))
    ranked = sorted((left, right), key=lambda record: (not known.merged_into(record.iri), len(record.iri), record.iri))
    target, subject = ranked
    if same and (others := known.merged_into(subject.iri)):
        names = ", ".join(shorten(iri) for iri in others)
        repair = f"Give {names} the object {shorten(target.iri)} in {where} first."
        raise BadInput(f"{names} is merged into {shorten(subject.iri)} already", where, repair)
    row = {
        "subject_id": shorten(subject.iri).strip("<>"),
        "subject_label": _label(subject),
        "predicate_id": PREDICATE,
        "predicate_modifier": "" if same else "Not",
        "object_id": shorten(target.iri).strip("<>"),
        "object_label": _label(target),
        "mapping_justification": "semapv:ManualMappingCuration",
        "mapping_date": date.today().isoformat(),  # noqa: DTZ011  the day of the person who decides
        "subject_source": " ".join(sorted(shorten(source).strip("<>") for source in subject.sources)),
        **said,
    }
    return Decision(subject.iri, target.iri, same, row, where)


def _label(record: Record) -> str:
    return record.names[0]


def _columns(path: Path) -> tuple[str, ...]:
    """Return the columns of a file; those of this module for one that is empty."""
    lines = path.read_text(encoding="utf-8").splitlines()
    first = next((line for line in lines if line.strip() and not line.startswith("#")), None)
    return tuple(first.split("\t")) if first is not None else COLUMNS


def _head(path: Path) -> str:
    """Return what a new file begins with."""
    return _HEADER.format(base=BASE, id=ID, name=path.stem) + "\t".join(COLUMNS) + "\n"


def _closing(path: Path) -> bytes:
    """Return the end of the last line, where a file lacks it."""
    text = path.read_bytes()
    return b"\n" if text and not text.endswith(b"\n") else b""


def _cell(text: str) -> str:
    return " ".join(text.split())


def count(folder: Path) -> dict[str, int]:
    """Return how many decisions each file of a folder keeps; raises BadInput as `read` does."""
    decisions = read(folder)
    kept = {path.name: 0 for path in files(folder)}
    for entry in decisions.entries:
        kept[Path(entry.where.rpartition(":")[0]).name] += 1
    return kept
