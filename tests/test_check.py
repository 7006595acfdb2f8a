"""Each rule has a file that breaks it, and it alone; the shapes agree with the ontology; the report is complete."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SH, XSD, BNode, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

from kg.assemble import apply
from kg.check import SEVERITIES, Report, check
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import BadInput
from kg.infer import infer
from kg.locate import line_of
from kg.names import NS, ONTOLOGY
from kg.patch import Patch
from kg.paths import data_files, ontology_files, shapes_files
from kg.sources import read, read_graph

KG = Namespace(NS)
BAD = sorted((Path(__file__).parent / "bad").glob("*.trig"))


def graph_of(files: list[Path]) -> Graph:
    graph = Graph()
    for path in files:
        graph.parse(path)
    return graph


SHAPES = graph_of(shapes_files())
ONTOLOGY_GRAPH = graph_of(ontology_files())


def checked(files: list[Path], shapes: list[Path] | None = None) -> Report:
    """Check files beside the ontology, with their lines."""
    sources = [read_graph(ontology_files(), ONTOLOGY), *(read(path) for path in files)]
    engine = OxigraphEngine.in_memory()
    apply(engine, Patch(added=sorted({text for source in sources for text in source.statements})).rows)
    infer(engine, afresh=False)

    def locate(focus: str, path: str | None) -> tuple[str, int] | None:
        return next(((str(file), line) for file in files if (line := line_of(file, focus, path))), None)

    return check(engine, shapes, locate)


def rules() -> dict[str, set[Node]]:
    """Return the constraints of each rule."""
    found: dict[str, set[Node]] = {}
    for shape, rule in SHAPES.subject_objects(KG.ruleId):
        found.setdefault(str(rule), set()).add(shape)
    return found


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_exactly_this_rule_fires(path: Path) -> None:
    report = checked([path])
    assert {result.rule for result in report.results} == {path.stem}
    constraints = rules()[path.stem]
    assert {result.shape for result in report.results} == {str(shape) for shape in constraints}
    severities = {str(SHAPES.value(shape, SH.severity)).removeprefix(str(SH)) for shape in constraints}
    assert {result.severity for result in report.results} == severities
    assert report.has_violations == ("Violation" in severities) == (not report.conforms)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_results_say_what_where_and_how(path: Path) -> None:
    for result in checked([path]).results:
        assert result.message_en != result.message_it
        for message in (result.message_en, result.message_it):
            assert "{" not in message
            assert len(re.findall(r"[.!?](?:\s|$)", message)) >= 2, "what is wrong, then how to mend it"
        assert result.file == str(path)
        assert result.line


def test_every_rule_has_a_bad_file() -> None:
    assert {path.stem for path in BAD} == set(rules())


def test_every_constraint_has_severity_and_both_messages() -> None:
    for shape in set(SHAPES.subjects(KG.ruleId)):
        languages = [message.language for message in SHAPES.objects(shape, SH.message)]
        assert sorted(languages) == ["en", "it"], shape
        severity = str(SHAPES.value(shape, SH.severity)).removeprefix(str(SH))
        assert severity in SEVERITIES, shape


def test_every_shape_with_a_target_has_a_rule() -> None:
    targeted = {s for target in (SH.targetClass, SH.targetSubjectsOf) for s in SHAPES.subjects(target)}
    assert targeted == set(SHAPES.subjects(KG.ruleId))


def test_a_rule_has_one_severity() -> None:
    for rule, shapes in rules().items():
        assert len({SHAPES.value(shape, SH.severity) for shape in shapes}) == 1, rule


def paths_of(shape: Node) -> Iterator[Node]:
    path = SHAPES.value(shape, SH.path)
    if isinstance(path, BNode):
        yield from Collection(SHAPES, SHAPES.value(path, SH.alternativePath))
    elif path is not None:
        yield path


def test_closed_lists_are_those_of_the_ontology() -> None:
    closed = {next(paths_of(shape)): shape for shape in rules()["closed-list"]}
    individuals: dict[Node, set[Node]] = {}
    for individual in ONTOLOGY_GRAPH.subjects(RDF.type, OWL.NamedIndividual):
        for kind in ONTOLOGY_GRAPH.objects(individual, RDF.type):
            individuals.setdefault(kind, set()).add(individual)
    for path, kind in ONTOLOGY_GRAPH.subject_objects(RDFS.range):
        if kind in individuals:
            assert set(Collection(SHAPES, SHAPES.value(closed[path], SH["in"]))) == individuals[kind], path


def test_quantities_have_the_datatype_of_the_ontology() -> None:
    seen: set[Node] = set()
    for shape in rules()["quantity-datatype"]:
        for path in paths_of(shape):
            assert SHAPES.value(shape, SH.datatype) == ONTOLOGY_GRAPH.value(path, RDFS.range), path
            assert (None, SH.targetSubjectsOf, path) in SHAPES
            seen.add(path)
    assert set(ONTOLOGY_GRAPH.subjects(KG.unit)) <= seen
    numbers = {s for t in (XSD.decimal, XSD.double, XSD.integer) for s in ONTOLOGY_GRAPH.subjects(RDFS.range, t)}
    assert numbers == seen


def test_shapes_name_terms_that_the_ontology_defines() -> None:
    names = {term for term in SHAPES.all_nodes() | set(SHAPES.predicates()) if isinstance(term, URIRef)}
    ours = {term for term in names if term.startswith(NS)}
    assert not {str(term) for term in ours if (term, RDF.type, None) not in ONTOLOGY_GRAPH}


def test_the_shipped_data_breaks_no_rule() -> None:
    report = checked(data_files())
    assert report.conforms, report.to_text()


def test_the_text_names_file_line_rule_and_counts() -> None:
    path = BAD[[path.stem for path in BAD].index("licence-roles")]
    english, italian = checked([path]).to_text(), checked([path]).to_text("it")
    assert re.search(
        r"licence-roles\.trig:\d+ id:agreement  \[licence-roles\] id:agreement names no licensor\.", english
    )
    assert english.endswith("3 violations\n")
    assert "non indica il licenziante" in italian
    assert italian.endswith("3 violazioni\n")


def test_a_wrong_value_is_named_with_its_property() -> None:
    path = BAD[[path.stem for path in BAD].index("quantity-datatype")]
    results = {result.path: result for result in checked([path]).results}
    assert results[NS + "cores"].value == f'"253440.5"^^<{XSD.decimal}>'
    assert 'kg:cores "253440.5"^^xsd:decimal' in results[NS + "cores"].message_en
    assert 'kg:rmax "30.05 Pflop/s"' in results[NS + "rmax"].message_it


def test_a_thing_is_found_once_for_many_notes_of_one_rule(tmp_path: Path) -> None:
    things = "".join(f"<https://example.org/{n}> a <{KG.Place}> .\n" for n in range(30))
    path = tmp_path / "places.ttl"
    path.write_text(things, encoding="utf-8")
    report = checked([path])
    assert report.count("Info") == 30
    assert "and 20 more of [italian-label]" in report.to_text()
    assert report.to_text().endswith("30 notes\n")


def test_json_and_turtle_hold_every_result() -> None:
    path = BAD[[path.stem for path in BAD].index("closed-list")]
    report = checked([path])
    data = json.loads(report.to_json())
    assert data["conforms"] is False
    assert data["counts"] == {"Violation": len(report.results), "Warning": 0, "Info": 0}
    assert {result["rule"] for result in data["results"]} == {"closed-list"}
    assert set(data["results"][0]["message"]) == {"en", "it"}
    graph = Graph().parse(data=report.to_turtle(), format="turtle")
    (node,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(node, SH.conforms).toPython() is False
    assert len(set(graph.objects(node, SH.result))) == len(report.results)
    for result in graph.objects(node, SH.result):
        assert {message.language for message in graph.objects(result, SH.resultMessage)} == {"en", "it"}


def test_nothing_to_report(tmp_path: Path) -> None:
    path = tmp_path / "other-vocabulary.ttl"
    path.write_text("<https://example.org/a> <https://example.org/b> [] .", encoding="utf-8")
    report = checked([path])
    assert report.conforms
    assert report.to_text() == "Nothing to report.\n"
    assert (None, SH.conforms, None) in Graph().parse(data=report.to_turtle(), format="turtle")


SPARQL_SHAPE = """
@prefix ex: <https://example.org/> .
@prefix kg: <https://w3id.org/atlante/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:Named a sh:NodeShape ;
  sh:targetSubjectsOf ex:name ;
  sh:sparql [
    sh:message "{$this} is called {?name}. Rename it."@en , "{$this} si chiama {?name}. Rinominarlo."@it ;
    sh:select "SELECT $this ?name WHERE { $this <https://example.org/name> ?name }"
  ] .
"""


def test_shapes_of_ones_own_may_hold_sparql(tmp_path: Path) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(SPARQL_SHAPE, encoding="utf-8")
    data.write_text('<https://example.org/a> <https://example.org/name> "A" .', encoding="utf-8")
    (result,) = checked([data], [shapes]).results
    assert result.message_en.endswith("is called A. Rename it.")
    assert result.message_it.endswith("si chiama A. Rinominarlo.")


def test_shapes_that_cannot_be_used_are_refused(tmp_path: Path) -> None:
    shapes = tmp_path / "shapes.ttl"
    shapes.write_text(SPARQL_SHAPE.replace('"SELECT $this', '"SELECT MINUS {} $this'), encoding="utf-8")
    data = tmp_path / "data.ttl"
    data.write_text('<https://example.org/a> <https://example.org/name> "A" .', encoding="utf-8")
    with pytest.raises(BadInput, match="shapes"):
        checked([data], [shapes])
