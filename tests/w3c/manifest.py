"""Test manifests of the W3C, read with our own parser: any vocabulary of tests, any folder of the suites.

A file of the suites has the address that the web gives it, `https://w3c.github.io/<suite>/<path>`: that is the
`mf:assumedTestBase` of those manifests that name one. The suites are data beside the project, not part of it.
"""

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.names import RDF
from kg.rdf import NamedNode, Term, Triple, format_of, parse

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
HOST = "https://w3c.github.io/"
SUITES = Path(os.environ.get("KG_SUITES", Path(__file__).parents[3] / "shared" / "suites"))

Facts = dict[Term | Triple, dict[str, list[Term | Triple]]]


@dataclass(frozen=True)
class Node:
    """A node of a manifest's graph, and the way from it to others."""

    facts: Facts
    term: Term | Triple

    def all(self, predicate: str) -> list["Node"]:
        """Return the objects of a property (an IRI), in the order of the file."""
        return [Node(self.facts, term) for term in self.facts.get(self.term, {}).get(predicate, [])]

    def one(self, predicate: str) -> "Node | None":
        """Return the first object of a property (an IRI), if there is one."""
        return next(iter(self.all(predicate)), None)

    def items(self) -> Iterator["Node"]:
        """Yield the members of the RDF list that begins here."""
        cell: Node | None = self
        while cell and (first := cell.one(RDF + "first")):
            yield first
            cell = cell.one(RDF + "rest")

    @property
    def value(self) -> str:
        """The IRI, the lexical form or the label of a blank node."""
        assert not isinstance(self.term, Triple)
        return self.term.value


@dataclass(frozen=True)
class Test:
    """An entry of a manifest; `name` is what it is called here: its folder, and the end of its IRI."""

    __test__ = False  # pytest takes what is called so for tests of its own
    name: str
    node: Node

    @property
    def kind(self) -> str:
        """The local name of the test's class."""
        node = self.node.one(RDF + "type")
        assert node, f"{self.name} has no class"
        return node.value.partition("#")[2]

    @property
    def action(self) -> Node:
        """What is done: a file, or a node that names several."""
        node = self.node.one(MF + "action")
        assert node, f"{self.name} has no action"
        return node

    @property
    def result(self) -> Node | None:
        """What must come of it: a file, a node, or nothing where it is enough that it succeeds or fails."""
        return self.node.one(MF + "result")


def tests(manifest: str) -> Iterator[Test]:
    """Yield the tests of a manifest, a path within the suites, and of those that it includes."""
    path = SUITES / manifest
    top = Node(_facts(path), NamedNode(iri_of(path)))
    for included in (item for head in top.all(MF + "include") for item in (list(head.items()) or [head])):
        yield from tests(file_of(included.value).relative_to(SUITES).as_posix())
    folder = "/".join(path.parent.parts[-2:])
    for entry in (item for head in top.all(MF + "entries") for item in head.items()):
        yield Test(f"{folder}#{re.split('[#/]', entry.value)[-1]}", entry)


def iri_of(path: Path) -> str:
    """Return the address of a file of the suites."""
    return HOST + path.relative_to(SUITES).as_posix()


def file_of(iri: str) -> Path:
    """Return the file of the suites that has an address."""
    assert iri.startswith(HOST), f"{iri} is no file of the suites"
    return SUITES / iri.removeprefix(HOST)


def _facts(path: Path) -> Facts:
    facts: Facts = defaultdict(lambda: defaultdict(list))
    for quad in parse(path.read_bytes(), format_of(path), base=iri_of(path), where=str(path)):
        facts[quad.subject][quad.predicate.value].append(quad.object)
    return facts
