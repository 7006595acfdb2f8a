"""Graphs and shorthands that the tests of exports share."""

from collections.abc import Iterable

from hypothesis import strategies as st

from kg import rdf
from kg.engine import Engine
from kg.engine.oxigraph import OxigraphEngine
from kg.export import export
from kg.names import ASSERTED, BASE, ID, INFERRED, NS, RDF, SHAPES, SOURCE, STANDING, XSD
from kg.rdf import DefaultGraph, Literal, NamedNode, Quad

PLACE = NamedNode(SOURCE + "odd#p1")


def written(engine: Engine, what: str | None, syntax: str, *, inferred: bool = False) -> bytes:
    return b"".join(export(engine, what, syntax, inferred=inferred))


def holding(quads: Iterable[Quad]) -> OxigraphEngine:
    engine = OxigraphEngine.in_memory()
    engine.insert(quads)
    return engine


def asserted(triples: Iterable[tuple[NamedNode, NamedNode, rdf.Term]]) -> OxigraphEngine:
    quads = [Quad(*triple, graph) for triple in triples for graph in (PLACE, DefaultGraph())]
    standing = Quad(PLACE, NamedNode(STANDING), NamedNode(ASSERTED))
    return holding([*quads, Quad(*standing.triple, NamedNode(INFERRED)), standing])


def read(data: bytes, syntax: str) -> set[str]:
    return {str(quad) for quad in rdf.parse(data, rdf.FORMATS[syntax])}


def facts_of(engine: Engine) -> set[str]:
    """Return the triples of the default graph that are not inferred, looked up one by one."""
    quads = engine.quads(graph=DefaultGraph())
    return {str(quad.triple) for quad in quads if not any(engine.quads(*quad.triple, NamedNode(INFERRED)))}


def evidence_of(engine: Engine) -> set[str]:
    """Return the quads of the named graphs that a source or the ontology speaks in."""
    apart = (DefaultGraph(), NamedNode(INFERRED), NamedNode(SHAPES))
    return {str(quad) for quad in engine.quads() if quad.graph_name not in apart}


# Letters that a file can lose: quotes, escapes, line ends of all kinds, other planes, combining marks.
LETTERS = st.characters(codec="utf-8", exclude_characters="\0")
TEXT = st.one_of(
    st.text(LETTERS, max_size=12),
    st.sampled_from(
        ['"', "\\", '"""', "\n", "\r\n", "\t", "\u2028", "\x85", " .\n<a> <b> <c> .", "\\u0041", "à́", "😀", ""]
    ),
)
LOCAL = st.text(st.sampled_from("abZ019-._~!$&'()*+,;=:@/?#%ézà·😀"), max_size=8).map(
    lambda text: text.replace("%", "%20")
)


def _iri(namespace: str, local: str) -> NamedNode | None:
    try:
        return NamedNode(namespace + local)
    except ValueError:
        return None


IRIS = (
    st.builds(
        _iri, st.sampled_from([ID, NS, SOURCE, BASE, "http://example.org/", "urn:x:", "https://schema.org/"]), LOCAL
    )
    .filter(lambda iri: iri is not None)
    .map(lambda iri: iri or PLACE)
)
PLAIN = st.one_of(
    st.builds(Literal, TEXT),
    st.builds(lambda text, tag: Literal(text, language=tag), TEXT, st.sampled_from(["en", "it", "en-gb", "zh-hant"])),
    st.builds(lambda number: Literal(str(number), datatype=NamedNode(XSD + "integer")), st.integers()),
    st.sampled_from(["1.5", "-0.5", "3", "100.25"]).map(
        lambda text: Literal(text, datatype=NamedNode(XSD + "decimal"))
    ),
    st.sampled_from(["1.5E0", "INF", "-1.0E-7"]).map(lambda text: Literal(text, datatype=NamedNode(XSD + "double"))),
    st.sampled_from(["true", "false"]).map(lambda text: Literal(text, datatype=NamedNode(XSD + "boolean"))),
    st.sampled_from(["2021-11"]).map(lambda text: Literal(text, datatype=NamedNode(XSD + "gYearMonth"))),
    st.builds(lambda text, kind: Literal(text, datatype=kind), TEXT, IRIS),
)
LITERALS = PLAIN.map(rdf.canonical)
TRIPLES = st.lists(st.tuples(IRIS, IRIS, st.one_of(IRIS, LITERALS)), max_size=25)


def odd_engine() -> OxigraphEngine:
    """A graph with what writers and readers of RDF stumble over."""
    names = [
        "a.b",
        "a.",
        ".a",
        "-a",
        "a(b)",
        "a/b",
        "a#b",
        "it's",
        "città",
        "日本",
        "1",
        "a%20b",
        "",
        "x·",
        "~a,b;c=d?e&f!",
    ]
    things = [NamedNode(ID + name) for name in names] + [NamedNode("urn:example:y"), NamedNode("http://example.org/ü#")]
    texts = ['quote " and \\', "two\nlines\r\n", "tab\t", " .\n<urn:x> <urn:y> <urn:z> .", "à 😀 \u2028 \x85", "", "'"]
    kinds = [("5", "integer"), ("1.5", "decimal"), ("2", "decimal"), ("1.5E3", "double"), ("true", "boolean")]
    literals: list[rdf.Term] = [Literal(text) for text in texts]
    literals += [Literal("ciao", language="it"), Literal("colour", language="en-gb")]
    literals += [Literal(text, datatype=NamedNode(XSD + kind)) for text, kind in kinds]
    literals += [Literal("2021-11", datatype=NamedNode(XSD + "gYearMonth"))]
    says, kind = NamedNode(NS + "says"), NamedNode(RDF + "type")
    triples = [(thing, says, literal) for thing in things[:2] for literal in literals]
    triples += [(thing, kind, NamedNode(NS + "Thing")) for thing in things]
    return asserted([*triples, *((things[0], says, thing) for thing in things)])
