"""Random shapes and data, as Turtle and as triples: small enough that much of what they say meets."""

from dataclasses import dataclass

from hypothesis import strategies as st

PREFIXES = """@prefix e: <https://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

NODES = st.sampled_from(["e:a", "e:b", "e:c", "e:d"])
PROPERTIES = st.sampled_from(["e:p", "e:q", "e:r"])
CLASSES = st.sampled_from(["e:C", "e:D", "e:E"])


@dataclass(frozen=True)
class World:
    """The literals that graphs and shapes are made of, those that shapes take as bounds, and whether values compare.

    pyshacl finds an order between things that SPARQL does not compare (IRIs, dates, truth values and numbers, unknown
    datatypes), so only where all values are of one kind is one property held against another.
    """

    literals: list[str]
    bounds: list[str]
    comparing: bool = False

    def terms(self) -> st.SearchStrategy[str]:
        """Draw a value: a literal, or a node where values need not compare."""
        literals = st.sampled_from(self.literals)
        return literals if self.comparing else st.one_of(NODES, literals)


_TEXTS = ['""', '"one"', '"One two"', '"one"@en', '"uno"@it', '"two"@en-gb', '"other"@en', '"odd"^^e:type']
_NUMBERS = ["1", "2", "10", "-5", "2.5", "1.0e0"]
_DATES = [f'"{day}"^^xsd:date' for day in ("2021-02-28", "2021-11-02", "1999-12-31")]
_YEARS = ['"2021"^^xsd:gYear', '"2021-11"^^xsd:gYearMonth', '"2021-02-30"^^xsd:date']
WORLDS = [
    World([*_NUMBERS, *_TEXTS], _NUMBERS),
    World([*_DATES, *_TEXTS, *_YEARS, '"many"^^xsd:integer', "true"], []),
    World(_NUMBERS, _NUMBERS, comparing=True),
    World(_DATES, _DATES, comparing=True),
]
_TWINS = [("e:a", "e:p", '"one"@en'), ("e:a", "e:p", '"other"@en')]
_HIERARCHY = [("e:D", "rdfs:subClassOf", "e:C"), ("e:E", "rdfs:subClassOf", "e:D")]


@st.composite
def data(draw: st.DrawFn, world: World) -> str:
    """Draw a graph."""
    stated = st.tuples(NODES, PROPERTIES, world.terms())
    typed = st.tuples(NODES, st.just("a"), CLASSES)
    statements = draw(st.lists(st.one_of(stated, stated, typed), min_size=3, max_size=14))
    statements += draw(st.lists(st.sampled_from(_HIERARCHY), unique=True))
    if not world.comparing and draw(st.booleans()):
        statements += _TWINS
    return PREFIXES + "".join(f"{' '.join(statement)} .\n" for statement in statements)


# What is inverse is a property: pyshacl takes the members of an inverse sequence in the wrong order.
PATHS = st.recursive(
    st.one_of(PROPERTIES, PROPERTIES.map("[ sh:inversePath {} ]".format)),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("( {0[0]} {0[1]} )".format),
        st.tuples(inner, inner).map("[ sh:alternativePath ( {0[0]} {0[1]} ) ]".format),
        inner.map("[ sh:zeroOrMorePath {} ]".format),
        inner.map("[ sh:oneOrMorePath {} ]".format),
        inner.map("[ sh:zeroOrOnePath {} ]".format),
    ),
    max_leaves=3,
)


def _lists(items: st.SearchStrategy[str], least: int = 0) -> st.SearchStrategy[str]:
    return st.lists(items, min_size=least, max_size=3, unique=True).map(lambda found: f"( {' '.join(found)} )")


_KINDS = ["IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"]
_DATATYPES = [
    *(
        "xsd:boolean",
        "xsd:date",
        "xsd:decimal",
        "xsd:double",
        "xsd:gYear",
        "xsd:gYearMonth",
        "xsd:integer",
        "xsd:string",
    ),
    *("rdf:langString", "e:type"),
]
_LANGUAGES = st.sampled_from(['"en"', '"it"', '"en-GB"'])
_BOUNDS = [f"{end}{side}clusive" for end in ("min", "max") for side in ("In", "Ex")]
_COUNTS = st.sampled_from(["0", "1", "2"])
_AT_PATHS = {
    "minCount": _COUNTS,
    "maxCount": _COUNTS,
    "uniqueLang": st.just("true"),
}
_COMPARISONS = {"lessThan": PROPERTIES, "lessThanOrEquals": PROPERTIES}


def _anywhere(world: World) -> dict[str, st.SearchStrategy[str]]:
    return {
        "class": CLASSES,
        "datatype": st.sampled_from(_DATATYPES),
        "nodeKind": st.sampled_from(_KINDS).map("sh:{}".format),
        "minLength": st.sampled_from(["0", "2", "5"]),
        "maxLength": st.sampled_from(["0", "2", "5"]),
        "pattern": st.sampled_from(['"^o"', '"e$"', '"[0-9]+"', '"^O" ; sh:flags "i"']),
        "languageIn": _lists(_LANGUAGES, 1),
        "equals": PROPERTIES,
        "disjoint": PROPERTIES,
        "in": _lists(world.terms()),
        "hasValue": world.terms(),
        **{name: st.sampled_from(world.bounds) for name in _BOUNDS if world.bounds},
    }


def _targets(world: World) -> dict[str, st.SearchStrategy[str]]:
    properties = dict.fromkeys(("targetSubjectsOf", "targetObjectsOf"), PROPERTIES)
    return {"targetClass": CLASSES, "targetNode": world.terms(), **properties}


@st.composite
def shapes(draw: st.DrawFn, world: World) -> str:
    """Draw a graph of shapes, one with targets and the others inside it."""
    writer = _Writer(draw, world, [])
    top = writer.shape(depth=2, path=draw(st.booleans()))
    targets = _targets(world)
    for aim in draw(st.lists(st.sampled_from(sorted(targets)), min_size=1, max_size=2)):
        writer.texts.append(f"{top} sh:{aim} {draw(targets[aim])} .\n")
    return PREFIXES + "".join(writer.texts)


@dataclass(frozen=True)
class _Writer:
    draw: st.DrawFn
    world: World
    texts: list[str]

    def shape(self, depth: int, path: bool) -> str:
        """Write a shape and those inside it; return its name."""
        lines = self._plain(_anywhere(self.world))
        if path:
            comparing = self.world.comparing
            lines.append(f"sh:path {self.draw(PROPERTIES if comparing else PATHS)}")
            lines += self._plain(_AT_PATHS | (_COMPARISONS if comparing else {}))
        else:
            lines.append("a sh:NodeShape")
        if depth:
            lines += self._inner(depth - 1, path)
        lines += self.draw(st.sampled_from([[], [], [], ["sh:severity sh:Warning"], ["sh:deactivated true"]]))
        name = f"e:shape{len(self.texts)}"
        self.texts.append(f"{name} {' ; '.join(lines)} .\n")
        return name

    def _plain(self, known: dict[str, st.SearchStrategy[str]]) -> list[str]:
        names = self.draw(st.lists(st.sampled_from(sorted(known)), max_size=2, unique=True))
        return [f"sh:{name} {self.draw(known[name])}" for name in names]

    def _inner(self, depth: int, path: bool) -> list[str]:
        kinds = ["none", "property", "node", "not", "and", "or", "xone", "closed", *(["qualified"] if path else [])]
        match self.draw(st.sampled_from(kinds)):
            case "none":
                return []
            case "and" | "or" | "xone" as kind:
                return [f"sh:{kind} ( {self._any(depth)} {self._any(depth)} )"]
            case "property" | "node" as kind:
                return [f"sh:{kind} {self.shape(depth, path=kind == 'property')}"]
            case "closed":
                ignored = self.draw(st.sampled_from([[], ["sh:ignoredProperties ( e:p rdf:type )"]]))
                return ["sh:closed true", *ignored]
            case "qualified":
                bound = self.draw(st.sampled_from(["Min", "Max"]))
                return [f"sh:qualifiedValueShape {self._any(depth)}", f"sh:qualified{bound}Count {self.draw(_COUNTS)}"]
            case _:
                return [f"sh:not {self._any(depth)}"]

    def _any(self, depth: int) -> str:
        return self.shape(depth, self.draw(st.booleans()))
