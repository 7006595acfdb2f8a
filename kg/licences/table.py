"""What the texts mean that sources write for a licence: a reviewed table, data/identity/licences.tsv.

A line says which property and value a work has of which a source writes the text. Format: Simple Standard for Sharing
Ontological Mappings (SSSOM), TSV with a header in comments; `sssom:NoTermFound` is a text that names no licence. A
text that ends in … stands for all that begin so.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.errors import NotFound
from kg.names import NS, expand
from kg.paths import identity_dir

NOTHING = "sssom:NoTermFound"
_UNKNOWN, _NONE = NS + "licenceUnknownFor", NS + "noLicenceFor"
_PROPERTIES = {
    NS + "WholeWork": NS + "licensedUnder",
    NS + "ModelWeights": NS + "weightsLicensedUnder",
    NS + "SourceCode": NS + "codeLicensedUnder",
    NS + "WorkData": NS + "dataLicensedUnder",
    NS + "WorkDocuments": NS + "documentsLicensedUnder",
}
_PARTS = {property: part for part, property in _PROPERTIES.items()}


@dataclass(frozen=True, order=True)
class Named:
    """What a text says of a part of a work: its licence, both as IRIs, or that it is unknown, or that there is none."""

    part: str
    licence: str
    unknown: bool = False

    @property
    def statement(self) -> tuple[str, str]:
        """Property and value, both IRIs, of a work of which this is said."""
        if self.licence:
            return _PROPERTIES[self.part], self.licence
        return (_UNKNOWN if self.unknown else _NONE), self.part


def licence_of(text: str) -> list[Named]:
    """Return what a text says that a source writes for a licence; nothing where it is empty or names no licence.

    Letters' case and blanks make no difference. Raises NotFound for a text that is not in the table, so that whoever
    imports it can list it for review.
    """
    key = _key(text)
    if not key:
        return []
    exact, beginnings = _meanings()
    if key in exact:
        return exact[key]
    for beginning, found in beginnings.items():
        if key.startswith(beginning):
            return found
    raise NotFound(f"no licence is known by {text!r}", "data/identity/licences.tsv", "Add a line that says what it is.")


def lines(path: Path) -> list[dict[str, str]]:
    """Return the lines of a table, the cells by column."""
    with path.open(encoding="utf-8", newline="") as file:
        kept = (line for line in file if not line.startswith("#"))
        return list(csv.DictReader(kept, delimiter="\t", quoting=csv.QUOTE_NONE))


@lru_cache(maxsize=1)
def _meanings() -> tuple[dict[str, list[Named]], dict[str, list[Named]]]:
    """Return the meanings of whole texts, and those of beginnings of texts."""
    exact: dict[str, set[Named]] = {}
    for line in lines(identity_dir() / "licences.tsv"):
        found = exact.setdefault(_key(line["subject_label"]), set())
        if line["object_id"] != NOTHING:
            found.add(_named(expand(line["predicate_id"]), expand(line["object_id"])))
    listed = {key: sorted(found) for key, found in exact.items()}
    cut = {key.removesuffix("…"): found for key, found in listed.items() if key.endswith("…")}
    return {key: found for key, found in listed.items() if not key.endswith("…")}, cut


def _named(property: str, value: str) -> Named:
    if property in (_UNKNOWN, _NONE):
        return Named(value, "", unknown=property == _UNKNOWN)
    return Named(_PARTS[property], value)


def _key(text: str) -> str:
    return " ".join(text.split()).casefold()
