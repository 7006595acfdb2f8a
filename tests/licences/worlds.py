"""Small graphs of works and licences, made for a test."""

from collections.abc import Iterable

from kg.engine.oxigraph import OxigraphEngine
from kg.licences import OpenEnd, Verdict, Why, may
from kg.names import ASSERTED, ID, NS, RDF, SOURCE, STANDING, expand
from kg.paths import ontology_files
from kg.rdf import FORMATS, NamedNode, Quad, Triple, parse

PLACE = "made-up#p1"
OTHER = "made-up#p2"
Said = tuple[str, str, str]
"""Subject and object as slugs of things or prefixed names, property as a local name of kg:."""


def ontology() -> list[Triple]:
    """The conditions of licences and the actions that they bear on, and the kinds of their terms."""
    found = [quad.triple for path in ontology_files() for quad in parse(path.read_bytes(), FORMATS["turtle"])]
    wanted = {NS + "bearsOn", RDF + "type", expand("rdfs:label")}
    return [one for one in found if one.predicate.value in wanted]


ONTOLOGY = ontology()


def node(name: str) -> NamedNode:
    return NamedNode(expand(name) if ":" in name else ID + name)


def world(said: Iterable[Said], more: Iterable[Said] = (), standing: str = ASSERTED) -> OxigraphEngine:
    """A graph of what is said in one place, and of what more is said in another, which has a standing of its own."""
    engine = OxigraphEngine.in_memory()
    engine.insert(Quad(*triple) for triple in ONTOLOGY)
    for place, statements, status in ((PLACE, said, ASSERTED), (OTHER, more, standing)):
        graph = NamedNode(SOURCE + place)
        engine.insert([Quad(graph, NamedNode(STANDING), NamedNode(status))])
        for subject, property, value in statements:
            predicate = RDF + "type" if property == "a" else NS + property
            triple = node(subject), NamedNode(predicate), node(value)
            engine.insert([Quad(*triple, graph)] + ([Quad(*triple)] if status == ASSERTED else []))
    return engine


def asked(engine: OxigraphEngine, work: str = "work", action: str = "CommercialUse") -> Verdict:
    """Ask whether an action may be done with a work."""
    return may(engine, ID + work, NS + action)


def end(why: Why, about: str = "work", other: str = "") -> OpenEnd:
    return OpenEnd(why, node(about).value, node(other).value if other else "")
