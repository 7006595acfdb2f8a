"""Mappings: what the columns of a table say, as data (TOML).

The words are those of CSV on the Web where it has them (https://www.w3.org/TR/tabular-metadata/): a template in
braces makes an IRI from cells, `split` is its separator, `as` its datatype. What it lacks and these files need,
an evidence graph for each row, exact units, grades and skipped rows, is added (docs/decisions/0014-mappings.md).
"""

import re
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from kg.errors import BadInput

DATATYPES = ("string", "integer", "decimal", "double", "boolean", "date", "us-date", "url", "en", "it", "licence")
"""What `as` may be: a datatype of XML Schema, a day written month first, an address, a language, or a licence.

The text of a licence is looked up in data/identity/licences.tsv, which says of which part of the work it holds.
"""


class Grade(Struct, forbid_unknown_fields=True):
    """How sure a source is: a cell, or what a pattern finds in it, gives standing and confidence of the evidence.

    `source` names the column (a row's grade), `pattern` finds the grade within a cell (a statement's grade).
    """

    source: str = field(name="from", default="")
    pattern: str = ""
    standing: dict[str, str] = {}
    confidence: dict[str, str] = {}


class Skip(Struct, forbid_unknown_fields=True):
    """Rows that say nothing to us: those where a column has one of some values; `reason` goes into the report."""

    column: str
    values: list[str]
    reason: str


class State(Struct, forbid_unknown_fields=True):
    """One property of a thing, and where its values come from: one of `from`, `to`, `text`, `iri`, `value`.

    `source` is a column, `to` another thing of the row, `text` and `iri` are templates, `value` a fixed term.
    `split` is a regular expression between several values; `values` maps cells to terms, and a cell that is not in
    it refuses the row; `times` is an exact factor; `when` lists, by column, the cells for which this holds. Where it is
    `optional`, a cell that cannot be taken is left out alone, and reported.
    """

    property: str = field(name="is")
    source: str = field(name="from", default="")
    to: str = ""
    text: str = ""
    iri: str = ""
    value: str = ""
    datatype: str = field(name="as", default="string")
    times: str = ""
    split: str = ""
    values: dict[str, str] = {}
    when: dict[str, list[str]] = {}
    grade: Grade | None = None
    optional: bool = False


class Thing(Struct, forbid_unknown_fields=True):
    """A thing that a row speaks of: its IRI as a template, its class, its name as the source writes it, its states.

    `each` names a column whose parts (see `split`) make a thing each, `{each}` in templates; parts in `skip` name
    nothing; `beside` names columns whose parts go with them one by one. The thing is there only if all columns of
    `needs` are filled. `keys` maps properties that identify it (kg:top500Id, kg:ror) to columns: what has the same key
    is the same thing.
    """

    name: str
    iri: str
    kind: str = field(name="class", default="")
    kinds: dict[str, str] = {}
    kind_from: str = ""
    label: str = ""
    each: str = ""
    split: str = ""
    skip: list[str] = []
    beside: list[str] = []
    needs: list[str] = []
    keys: dict[str, str] = {}
    when: dict[str, list[str]] = {}
    grade: Grade | None = None
    states: list[State] = []


class Origin(Struct, forbid_unknown_fields=True):
    """The source: `slug` makes its IRI; `edition` is a pattern of the file's name, and its groups are `{variables}`.

    `files` are the names such files have in a folder, `records` the key under which a JSON document keeps its rows.
    `together` makes all files of a folder one source; `prepared` says that kg/imports/kinds/ has a module of the
    kind's name, whose `records` makes one row of each that is read, in their order. `fetch` says from where users
    get their own copy, `terms` on which terms, as stated.
    """

    slug: str
    label: str
    publisher: str
    files: list[str]
    fetch: str
    terms: str
    url: str = ""
    language: str = "en"
    edition: str = ""
    published: str = ""
    records: str = ""
    together: bool = False
    prepared: bool = False


class Row(Struct, forbid_unknown_fields=True):
    """A row: the columns that make its key, those it must have, other heads that columns have had, its grades.

    Where `repeats` holds, rows that say the same stand for as many things; else all but the first are left out.
    """

    key: list[str]
    repeats: bool = False
    required: list[str] = []
    heads: dict[str, list[str]] = {}
    skip: list[Skip] = []
    grades: list[Grade] = []


class Mapping(Struct, forbid_unknown_fields=True):
    """What a kind of file says. `once` are things of the whole edition, `things` those of each row.

    `like` names the mapping beside it from which it takes what it does not say itself, source and row key by key.
    """

    about: str
    source: Origin
    row: Row
    things: list[Thing]
    once: list[Thing] = []
    like: str = ""

    def columns(self) -> set[str]:
        """Return the columns that the mapping reads."""
        named = {*self.row.key, *self.row.required, *(skip.column for skip in self.row.skip)}
        for thing in self.things:
            named |= {*thing.beside, *thing.needs, *thing.when, *thing.keys.values(), thing.each, thing.kind_from}
            named |= in_template(thing.iri) | in_template(thing.label)
            for state in thing.states:
                named |= {state.source, *state.when} | in_template(state.text) | in_template(state.iri)
        named |= {grade.source for grade in self.row.grades}
        return named - {"", "each", "row"}


_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def in_template(template: str) -> set[str]:
    """Return the columns that a template names."""
    found = (match[1].split("|") for match in _PLACEHOLDER.finditer(template))
    return {name.strip().removesuffix(":first") for names in found for name in names}


def read(path: Path) -> Mapping:
    """Return the mapping that a TOML file holds; raises BadInput, naming the place in it, for one that is none."""
    try:
        mapping = msgspec.convert(_whole(path), Mapping)
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", str(path)) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput(f"this is no mapping: {error}", str(path), "docs/importing.md describes mappings.") from error
    for fault in _faults(mapping):
        raise BadInput(fault, str(path), "docs/importing.md describes mappings.")
    return mapping


def _whole(path: Path) -> dict[str, Any]:
    """Return the document of a mapping, with what it takes from the one that it is like."""
    own = msgspec.toml.decode(path.read_bytes(), type=dict[str, Any])
    if not own.get("like"):
        return own
    other = _whole(path.with_name(f"{own['like']}.toml"))
    tables = {name: {**other[name], **own.get(name, {})} for name in ("source", "row")}
    return {**other, **own, **tables}


def _faults(mapping: Mapping) -> list[str]:
    names = {thing.name for thing in mapping.things} | {thing.name for thing in mapping.once}
    faults: list[str] = []
    for thing in [*mapping.once, *mapping.things]:
        for state in thing.states:
            given = [state.source, state.to, state.text, state.iri, state.value]
            place = f"thing {thing.name!r}, {state.property}"
            if sum(map(bool, given)) != 1:
                faults.append(f"{place}: exactly one of from, to, text, iri and value is needed")
            if state.to and state.to not in names:
                faults.append(f"{place}: there is no thing {state.to!r}")
            if state.datatype not in DATATYPES:
                faults.append(f"{place}: {state.datatype!r} is none of {', '.join(DATATYPES)}")
        if bool(thing.kind) == bool(thing.kind_from):
            faults.append(f"thing {thing.name!r}: exactly one of class and kind_from is needed")
    return faults
