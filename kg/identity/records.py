"""What is known of a thing that counts for its identity, read from the graph."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from kg.engine import Engine, select
from kg.identity.countries import country
from kg.names import NS, RDF, RDFS, source_of
from kg.paths import query
from kg.rdf import value

KINDS = {
    "Place": "place",
    "Organisation": "organisation",
    "Person": "person",
    "Model": "model",
    "Hardware": "chip",
    "Supercomputer": "system",
    "PublicLicence": "licence",
}
"""The kind that things of a class, and of the classes below it, are compared as; other things are not compared."""

_KEYS = {"ror", "wikidata", "top500Id", "spdxId", "huggingFace"}
_LABELS = {RDFS + "label"}
_ALIASES = {"http://www.w3.org/2004/02/skos/core#altLabel", NS + "formerName"}
_PLACES = {"locatedIn", "headquarteredIn"}
_DATES = {"foundedOn", "releasedOn", "published", "date", "start"}
_RELATED = {"developedBy", "operatedBy", "ownedBy", "manufacturer", "subsidiaryOf", "offeredBy"}
_OTHERS = {"websites": {"website"}, "sizes": {"parameters"}}

Values = frozenset[str]
_NONE: Values = frozenset()


@dataclass(frozen=True)
class Record:
    """A thing as one or more sources show it.

    `names` are what sources call it, `aliases` what it goes by as well; `identifiers` has the values of each key,
    `places` countries, `dates` text in ISO 8601, `related` names of those who develop, own, operate or make it,
    `sizes` numbers of parameters, `sources` IRIs.
    """

    iri: str
    kind: str
    names: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    identifiers: Mapping[str, Values] = field(default_factory=dict[str, Values], hash=False)
    websites: Values = _NONE
    places: Values = _NONE
    dates: Values = _NONE
    related: Values = _NONE
    sizes: frozenset[float] = frozenset()
    sources: Values = _NONE

    @property
    def all_names(self) -> tuple[str, ...]:
        """Its names and its aliases."""
        return self.names + self.aliases

    @property
    def hosts(self) -> Values:
        """The hosts of its websites, without "www."."""
        return frozenset(host.removeprefix("www.") for site in self.websites if (host := urlsplit(site).hostname or ""))


def read(engine: Engine) -> list[Record]:
    """Return a record of each thing in the default graph whose class is one of `KINDS`, sorted by IRI.

    Properties that the graph does not have are simply not there; nothing is raised for them.
    """
    facts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in select(engine, query("identity/things")):
        thing, prop, what = (value(term) for term in row if term is not None)
        facts[thing][prop].append(what)
    sources: dict[str, set[str]] = defaultdict(set)
    for row in select(engine, query("identity/sources")):
        thing, graph = (value(term) for term in row if term is not None)
        if source := source_of(graph):
            sources[thing].add(source)
    made = (_record(iri, facts, frozenset(sources[iri])) for iri in sorted(facts))
    return [record for record in made if record]


def _record(iri: str, facts: Mapping[str, Mapping[str, list[str]]], sources: Values) -> Record | None:
    """Make the record of a thing, or none where it has no kind or no name."""
    own = facts[iri]
    kind = next((kind for name, kind in KINDS.items() if NS + name in own.get(RDF + "type", [])), None)
    names = _names(own, _LABELS)
    if kind is None or not names:
        return None
    keys = {name: found for name in sorted(_KEYS) if (found := _values(own, {name}))}
    sizes = (_number(text) for text in _values(own, _OTHERS["sizes"]))
    related = (
        name for other in _values(own, _RELATED) if other in facts for name in _names(facts[other], _LABELS | _ALIASES)
    )
    return Record(
        iri,
        kind,
        names,
        tuple(name for name in _names(own, _ALIASES) if name not in names),
        keys,
        websites=_values(own, _OTHERS["websites"]),
        places=_countries(iri, facts),
        dates=_values(own, _DATES),
        related=frozenset(related),
        sizes=frozenset(size for size in sizes if size),
        sources=sources,
    )


def _names(facts: Mapping[str, list[str]], properties: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for prop in properties for name in facts.get(prop, [])}))


def _values(facts: Mapping[str, list[str]], properties: Iterable[str]) -> Values:
    return frozenset(what for prop in properties for what in facts.get(NS + prop, []))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _countries(iri: str, facts: Mapping[str, Mapping[str, list[str]]]) -> Values:
    """Return the countries that a thing lies in, going up from place to place; a place that lies in itself ends it."""
    found: set[str] = set()
    seen = {iri}
    waiting = list(_values(facts[iri], _PLACES))
    while waiting:
        place = waiting.pop()
        if place in seen or place not in facts:
            continue
        seen.add(place)
        found.update(name for text in _names(facts[place], _LABELS | _ALIASES) if (name := country(text)))
        waiting.extend(_values(facts[place], _PLACES))
    return frozenset(found)
