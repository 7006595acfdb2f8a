"""What is known already: which IRI stands for a name that a source uses, or for a key that it gives.

A key (TOP500's System ID, ROR, SPDX, Wikidata) of a thing of the hand-written sources decides; else the decisions on
identity do. A name that means a thing of another kind there ("Azure" the platform, for a company) means something
else here, and gets an IRI of its own.
"""

import hashlib
from collections.abc import Callable, Mapping

from kg.engine import Engine, select
from kg.names import expand, slugify
from kg.paths import query
from kg.rdf import Literal, NamedNode, Term, value


def key_term(text: str) -> Term:
    """Return a key as a term: an address is an IRI."""
    return NamedNode(text) if text.startswith(("http://", "https://")) else Literal(text)


class Known:
    """The things that names and keys mean."""

    def __init__(
        self,
        keys: Mapping[tuple[str, str], str],
        excluded: Mapping[str, set[str]],
        canonical: Callable[[str], str] = str,
    ) -> None:
        """`keys` are things by key and value, `excluded` the classes that a thing cannot be of, by IRI."""
        self._keys, self._excluded, self._canonical = keys, excluded, canonical

    @classmethod
    def of(cls, engine: Engine, canonical: Callable[[str], str] = str) -> "Known":
        """Return what the hand-written sources of an engine's graph know."""
        keys = {
            (value(key), value(term)): value(thing)
            for thing, key, term in select(engine, query("imports/keys"))
            if thing and key and term
        }
        excluded: dict[str, set[str]] = {}
        for thing, other in select(engine, query("imports/kinds")):
            if thing and other:
                excluded.setdefault(value(thing), set()).add(value(other))
        return cls(keys, excluded, canonical)

    def thing(self, iri: str, kind: str = "", keys: Mapping[str, str] | None = None) -> str:
        """Return the IRI of the thing of a class for which an IRI was minted, given its keys by property."""
        for key, text in (keys or {}).items():
            if (key, text) in self._keys:
                return self._keys[key, text]
        found = self._canonical(iri)
        if kind and expand(kind) in self._excluded.get(found, ()):
            return self._canonical(f"{iri}-{slugify(kind.partition(':')[2])}")
        return found

    def digest(self) -> str:
        """Return a hash of what the hand-written sources know."""
        excluded = [(iri, sorted(kinds)) for iri, kinds in sorted(self._excluded.items())]
        return hashlib.sha256(repr((sorted(self._keys.items()), excluded)).encode()).hexdigest()
