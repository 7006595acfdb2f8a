"""The decisions on identity that people keep: SSSOM TSV files that say which names mean one thing, and which do not.

A line that says "same" merges its subject into its object; one with the modifier `Not` refuses to. Format: Simple
Standard for Sharing Ontological Mappings (SSSOM), TSV with a header in comments. Only files whose header says
`subject_type: owl named individual` speak of things; other mapping sets may lie beside them.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kg.errors import BadInput
from kg.names import PREFIXES, expand, shorten

COLUMNS = (
    *("subject_id", "subject_label", "predicate_id", "predicate_modifier", "object_id", "object_label"),
    *("mapping_justification", "author_label", "mapping_date", "confidence", "comment", "subject_source"),
)
REQUIRED = COLUMNS[:3] + COLUMNS[4:9]
PREDICATE = "skos:exactMatch"
OF_THINGS = re.compile(r"^#\s*subject_type:\s*owl named individual\s*$", re.MULTILINE)
_JUSTIFICATION = re.compile(r"semapv:\w+")


@dataclass(frozen=True)
class Decision:
    """One line: `subject` is `object`, or is not; `where` is its file and line."""

    subject: str
    object: str
    same: bool
    row: dict[str, str]
    where: str

    @property
    def pair(self) -> frozenset[str]:
        """The two IRIs, in no order."""
        return frozenset((self.subject, self.object))


@dataclass(frozen=True)
class Decisions:
    """Decisions that agree with one another; make them with `of` or `read`."""

    entries: tuple[Decision, ...] = ()
    _targets: dict[str, str] = field(default_factory=dict[str, str], repr=False)
    _refused: frozenset[frozenset[str]] = frozenset()

    @classmethod
    def of(cls, entries: Iterable[Decision]) -> "Decisions":
        """Return the decisions together; raises BadInput where two of them cannot both hold, naming both lines."""
        found = tuple(entries)
        merged: dict[str, Decision] = {}
        pairs: dict[frozenset[str], Decision] = {}
        for entry in found:
            _check_against(entry, merged, pairs)
            pairs[entry.pair] = entry
            if entry.same:
                merged[entry.subject] = entry
        for entry in merged.values():
            _check_target(entry, merged)
        targets = {subject: entry.object for subject, entry in merged.items()}
        refused = [entry for entry in found if not entry.same]
        for entry in refused:
            _check_refusal(entry, targets, merged)
        return cls(found, targets, frozenset(_canonical_pair(entry, targets) for entry in refused))

    def canonical(self, iri: str) -> str:
        """Return the IRI that a thing goes by: what it is merged into, else its own. One step is always enough."""
        return self._targets.get(iri, iri)

    def decided(self, left: str, right: str) -> bool | None:
        """Tell whether two IRIs were decided to be one thing (True) or two (False); None where nobody decided."""
        one, other = self.canonical(left), self.canonical(right)
        if one == other:
            return True
        return False if frozenset((one, other)) in self._refused else None

    def merged_into(self, iri: str) -> list[str]:
        """Return the IRIs that are merged into this one, sorted."""
        return sorted(subject for subject, target in self._targets.items() if target == iri)


def files(folder: Path) -> list[Path]:
    """Return the files of a folder that hold decisions on things, sorted; none for a folder that is not there."""
    return [path for path in sorted(folder.glob("*.tsv")) if OF_THINGS.search(_header(path))]


def read(folder: Path) -> Decisions:
    """Return the decisions in a folder's files; raises BadInput with file and line for what cannot be taken."""
    return Decisions.of(entry for path in files(folder) for entry in read_file(path))


def read_file(path: Path) -> Iterator[Decision]:
    """Yield the decisions of one file; raises BadInput with file and line for a line that is no decision."""
    lines = _text(path).splitlines()
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not numbered:
        return
    columns = numbered[0][1].split("\t")
    if missing := [name for name in REQUIRED if name not in columns]:
        where = f"{path}:{numbered[0][0]}"
        raise BadInput(f"there is no column {', '.join(missing)}", where, f"The columns are: {' '.join(COLUMNS)}.")
    for number, line in numbered[1:]:
        cells = next(csv.reader([line], delimiter="\t", quoting=csv.QUOTE_NONE))
        yield _decision(columns, cells, f"{path}:{number}")


def _decision(columns: Sequence[str], cells: Sequence[str], where: str) -> Decision:
    """Make a decision of a line's cells."""
    if len(cells) != len(columns):
        repair = "Cells are apart by one tab; an empty cell is nothing between two tabs."
        raise BadInput(f"{len(cells)} cells stand where {len(columns)} should", where, repair)
    row = {name: cell.strip() for name, cell in zip(columns, cells, strict=True)}
    if empty := [name for name in REQUIRED if not row[name]]:
        raise BadInput(f"{', '.join(empty)} is empty", where, "Fill it in, or take the line out.")
    modifier = row.get("predicate_modifier", "")
    if row["predicate_id"] != PREDICATE or modifier not in {"", "Not"}:
        what = f"{modifier} {row['predicate_id']}".strip()
        raise BadInput(f"{what!r} is no decision", where, f"It is {PREDICATE}, and Not beside it to refuse.")
    if not _JUSTIFICATION.fullmatch(row["mapping_justification"]):
        repair = "E.g. semapv:ManualMappingCuration, or semapv:LexicalMatching."
        raise BadInput(f"{row['mapping_justification']!r} is no justification", where, repair)
    _check_values(row, where)
    subject, target = (_iri(row[name], where) for name in ("subject_id", "object_id"))
    if subject == target:
        raise BadInput(f"{row['subject_id']} is compared with itself", where, "Take the line out.")
    return Decision(subject, target, not modifier, row, where)


def _check_values(row: dict[str, str], where: str) -> None:
    """Raise BadInput for a date or a confidence that is none."""
    try:
        date.fromisoformat(row["mapping_date"])
    except ValueError as error:
        raise BadInput(f"{row['mapping_date']!r} is no date", where, "Write it as 2026-01-31.") from error
    confidence = row.get("confidence", "")
    if confidence and not re.fullmatch(r"0(\.\d+)?|1(\.0+)?", confidence):
        raise BadInput(f"{confidence!r} is no confidence", where, "It is a number from 0 to 1, or empty.")


def _iri(name: str, where: str) -> str:
    """Return the IRI of a short or full name."""
    iri = expand(name)
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", iri):
        known = " ".join(f"{prefix}:" for prefix in ("id", "src", "wd") if prefix in PREFIXES)
        raise BadInput(f"{name!r} is no IRI", where, f"Write it in full, or with a known prefix such as {known}")
    return iri


def _check_against(entry: Decision, merged: dict[str, Decision], pairs: dict[frozenset[str], Decision]) -> None:
    """Raise BadInput where an earlier line says the same pair again, or merges the subject into something else."""
    if before := pairs.get(entry.pair):
        word = "again" if before.same == entry.same else "otherwise"
        raise BadInput(f"{before.where} decides this pair {word}", entry.where, "Keep one of the two lines.")
    if entry.same and (before := merged.get(entry.subject)):
        repair = f"Merge it into one thing; {shorten(before.object)} and {shorten(entry.object)} need a line themselves"
        raise BadInput(
            f"{shorten(entry.subject)} is merged twice, first at {before.where}",
            entry.where,
            f"{repair} if they are one.",
        )


def _check_target(entry: Decision, merged: dict[str, Decision]) -> None:
    """Raise BadInput where a thing is merged into one that is merged itself: in a circle, or in a chain."""
    nearest = merged.get(entry.object)
    if nearest is None:
        return
    seen = {entry.subject}
    last = entry
    while (following := merged.get(last.object)) and last.object not in seen:
        seen.add(last.object)
        last = following
    if last.object in seen:
        raise BadInput(
            f"{shorten(entry.subject)} is merged in a circle, by {nearest.where}", entry.where, "Take one out."
        )
    repair = f"Write {shorten(last.object)} as the object of both."
    raise BadInput(f"{shorten(entry.object)} is itself merged, at {nearest.where}", entry.where, repair)


def _check_refusal(entry: Decision, targets: dict[str, str], merged: dict[str, Decision]) -> None:
    """Raise BadInput where lines merge what this one keeps apart."""
    one, other = (targets.get(iri, iri) for iri in (entry.subject, entry.object))
    if one == other:
        lines = [merged[iri].where for iri in (entry.subject, entry.object) if iri in merged]
        repair = "Take this line out, or one of those."
        raise BadInput(f"what this keeps apart is merged at {' and '.join(lines)}", entry.where, repair)


def _canonical_pair(entry: Decision, targets: dict[str, str]) -> frozenset[str]:
    return frozenset(targets.get(iri, iri) for iri in (entry.subject, entry.object))


def _header(path: Path) -> str:
    return "\n".join(line for line in _text(path).splitlines() if line.startswith("#"))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("this is not UTF-8", str(path), "Save the file in UTF-8.") from error
