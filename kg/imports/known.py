"""What is known already: which IRI stands for a name that a source uses, or for a key that it gives.

A key (TOP500's System ID, ROR, SPDX, Wikidata) of a thing of the shipped sources decides; else identity decisions.
"""

import hashlib
from collections.abc import Callable, Mapping

from kg.engine import Engine, select
from kg.names import expand
from kg.paths import query
from kg.rdf import Literal, NamedNode, Term, value

KEYS = tuple(expand(name) for name in ("kg:top500Id", "kg:ror", "kg:spdxId", "kg:wikidata"))
"""Properties that identify a thing: no two things share a value."""


def key_term(text: str) -> Term:
    """Return a key as a term: an address is an IRI."""
    return NamedNode(text) if text.startswith(("http://", "https://")) else Literal(text)


class Known:
    """The things that names and keys mean."""

    def __init__(self, keys: Mapping[tuple[str, str], str], canonical: Callable[[str], str] = str) -> None:
        self._keys, self._canonical = keys, canonical

    @classmethod
    def of(cls, engine: Engine, canonical: Callable[[str], str] = str) -> "Known":
        """Return what the things of an engine's default graph that have a key are known by."""
        rows = select(engine, query("imports/keys"))
        return cls(
            {(value(key), value(term)): value(thing) for thing, key, term in rows if thing and key and term}, canonical
        )

    def thing(self, iri: str, keys: Mapping[str, str]) -> str:
        """Return the IRI of the thing for which an IRI was minted, given its keys by property."""
        for key, text in keys.items():
            if (key, text) in self._keys:
                return self._keys[key, text]
        return self._canonical(iri)

    def digest(self) -> str:
        """Return a hash of all that is known."""
        return hashlib.sha256(repr(sorted(self._keys.items())).encode()).hexdigest()
