"""The graph of the shapes: triples to walk along, as they stand in their files."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from kg.names import PREFIXES, RDF, RDFS
from kg.rdf import NamedNode, Term, Triple

SH = PREFIXES["sh"]

_NIL = NamedNode(RDF + "nil")


class NotCovered(Exception):
    """What queries do not answer, or what is ill-formed: both are left to pyshacl, which refuses the latter."""


class Facts:
    """The triples of a graph by subject and predicate."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._objects: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            if isinstance(triple.subject, Triple) or isinstance(triple.object, Triple):
                continue
            self._objects[triple.subject][triple.predicate.value].append(triple.object)

    def all(self, subject: Term, predicate: str) -> list[Term]:
        """Return the objects of a property (an IRI)."""
        return self._objects[subject].get(predicate, []) if subject in self._objects else []

    def one(self, subject: Term, predicate: str) -> Term | None:
        """Return the object of a property, or None; raises NotCovered if there are two."""
        objects = set(self.all(subject, predicate))
        if len(objects) > 1:
            raise NotCovered(f"two values of {predicate}")
        return next(iter(objects), None)

    def predicates(self, subject: Term) -> list[str]:
        """Return the properties of a subject."""
        return list(self._objects[subject]) if subject in self._objects else []

    def subjects(self) -> list[Term]:
        """Return all subjects, in the order of the files."""
        return list(self._objects)

    def items(self, node: Term) -> Iterator[Term]:
        """Yield the members of the RDF list that begins at a node; raises NotCovered for one that is ill-formed."""
        seen: set[Term] = set()
        while node != _NIL:
            first, rest = self.one(node, RDF + "first"), self.one(node, RDF + "rest")
            if first is None or rest is None or node in seen:
                raise NotCovered("an ill-formed list")
            yield first
            seen.add(node)
            node = rest

    def is_a(self, subject: Term, name: str) -> bool:
        """Tell whether a subject is an instance of a class (an IRI) or of a subclass that the graph declares."""
        wanted, classes, seen = NamedNode(name), set(self.all(subject, RDF + "type")), set[Term]()
        while classes - seen:
            seen |= classes
            classes = {parent for kind in classes for parent in self.all(kind, RDFS + "subClassOf")}
        return wanted in seen
