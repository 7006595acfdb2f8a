"""Automatic decisions: what the matcher is sure enough of, as lines of one file that people can read and take out."""

import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from kg.identity.decisions import COLUMNS, PREDICATE, Decision, Decisions, read
from kg.identity.matching import AUTOMATIC, Pair, candidates
from kg.identity.merging import merges
from kg.identity.records import Record
from kg.identity.writing import line_of, opened
from kg.names import shorten

FILE = "automatic.tsv"


def match(folder: Path, records: Sequence[Record]) -> list[Decision]:
    """Add a line to the folder's automatic.tsv for each thing that is one with another, and return what was added.

    Decisions that people made stand; what would rename a thing into which others were merged is left to review.
    """
    with opened(folder / FILE) as file:
        known = read(folder)
        labels = {record.iri: next(iter(record.names), "") for record in records}
        pairs: dict[str, list[Pair]] = {}
        for pair in candidates(records, AUTOMATIC):
            for record in (pair.left, pair.right):
                pairs.setdefault(record.iri, []).append(pair)
        added = [
            _entry(subject, target, pairs[subject], labels, str(folder / FILE))
            for subject, target in merges(records, known).items()
            if known.canonical(subject) == subject and not known.merged_into(subject) and subject in pairs
        ]
        Decisions.of((*known.entries, *added))
        file.write(b"".join(line_of(entry, COLUMNS) for entry in added))
        file.flush()
        os.fsync(file.fileno())
    return added


def _entry(subject: str, target: str, pairs: Sequence[Pair], labels: dict[str, str], where: str) -> Decision:
    """Make the line, with the score and the reasons of the pair that speaks for it the most."""
    own = [pair for pair in pairs if target in (pair.left.iri, pair.right.iri)]
    pair = max(own or pairs, key=lambda one: one.score)
    sides = {record.iri: record for one in pairs for record in (one.left, one.right)}
    row = {
        "subject_id": shorten(subject).strip("<>"),
        "subject_label": labels.get(subject) or shorten(subject),
        "predicate_id": PREDICATE,
        "predicate_modifier": "",
        "object_id": shorten(target).strip("<>"),
        "object_label": labels.get(target) or shorten(target),
        "mapping_justification": "semapv:LexicalMatching",
        "author_label": "kg identity match",
        "mapping_date": date.today().isoformat(),  # noqa: DTZ011  the day on which it was asked
        "confidence": f"{pair.score:.2f}",
        "comment": "; ".join(pair.reasons_for),
        "subject_source": " ".join(sorted(shorten(source).strip("<>") for source in sides[subject].sources)),
    }
    return Decision(subject, target, True, row, where)
