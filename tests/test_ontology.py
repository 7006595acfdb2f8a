"""The ontology, tested like code: a failure names the term and the repair."""

from functools import cache
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, XSD, BNode, Graph, Literal, Namespace, URIRef

from kg.names import NS, ONTOLOGY, SOURCE, shorten
from kg.paths import ontology_files, query_dir

KG = Namespace(NS)
MODULES = {"model", "core", "organisation", "system", "licence", "event", "evidence"}
UNITS = "http://qudt.org/vocab/unit/"
PROPERTY_KINDS = {
    OWL.AnnotationProperty,
    OWL.DatatypeProperty,
    OWL.ObjectProperty,
    OWL.SymmetricProperty,
    RDF.Property,
}
NUMBERS = {XSD.integer, XSD.decimal, XSD.double}
UNITLESS = {
    "rank": "an ordinal",
    "previousRank": "an ordinal",
    "count": "a count",
    "cores": "a count",
    "acceleratorCores": "a count",
    "cpuCores": "a count",
    "nodes": "a count",
    "amount": "money, whose unit is the currency beside it",
    "valuation": "money, whose unit is the currency beside it",
    "debt": "money, whose unit is the currency beside it",
    "costUsd": "money, in US dollars",
    "priceUsd": "money, in US dollars",
    "inputPrice": "money, in US dollars",
    "outputPrice": "money, in US dollars",
    "figureValue": "a number whose kind says what it counts",
    "rowsRead": "a count",
    "rowsRefused": "a count",
    "h100Equivalents": "a count, estimated",
    "transistors": "a count",
    "parameters": "a count",
    "trainingDatasetSize": "a count",
    "trainingChips": "a count",
    "buildings": "a count",
}
POINTERS = (
    RDFS.domain,
    RDFS.range,
    RDFS.subClassOf,
    RDFS.subPropertyOf,
    OWL.inverseOf,
    OWL.disjointWith,
)
STANDARD = tuple(str(namespace) for namespace in (RDF, RDFS, OWL, XSD))
FILES = {path.stem: path for path in ontology_files()}
ALIGNMENTS = FILES["core"].with_name("alignments.ttl")


@cache
def parsed(path: Path) -> Graph:
    return Graph().parse(path, format="turtle")


@cache
def ontology() -> Graph:
    graph = Graph()
    for path in FILES.values():
        graph += parsed(path)
    return graph


def terms() -> list[URIRef]:
    return sorted({s for s in ontology().subjects() if isinstance(s, URIRef) and s.startswith(NS)})


TERMS = terms()
PROPERTIES = [term for term in TERMS if PROPERTY_KINDS & set(ontology().objects(term, RDF.type))]
CLASSES = [term for term in TERMS if (term, RDF.type, OWL.Class) in ontology()]
INDIVIDUALS = [term for term in TERMS if (term, RDF.type, OWL.NamedIndividual) in ontology()]
every_term = pytest.mark.parametrize("term", TERMS, ids=shorten)
every_property = pytest.mark.parametrize("term", PROPERTIES, ids=shorten)


def module_of(term: URIRef) -> str:
    return ", ".join(path.name for path in FILES.values() if (term, None, None) in parsed(path))


def texts(term: URIRef, predicate: URIRef) -> list[Literal]:
    return [text for text in ontology().objects(term, predicate) if isinstance(text, Literal)]


def test_the_modules_are_there_and_alignments_stay_off() -> None:
    assert set(FILES) == MODULES, "ontology/ holds a file per module; alignments.ttl is not read by default"
    assert ALIGNMENTS.is_file()


def test_the_ontology_presents_itself() -> None:
    header = set(ontology().predicates(URIRef(ONTOLOGY)))
    dct = "http://purl.org/dc/terms/"
    for wanted in (*map(URIRef, (dct + "title", dct + "description", dct + "license")), OWL.versionInfo):
        assert wanted in header, f"core.ttl: say {shorten(wanted)} of <{ONTOLOGY}>"


@pytest.mark.parametrize("path", [*FILES.values(), ALIGNMENTS], ids=lambda path: path.name)
def test_nothing_is_blank(path: Path) -> None:
    blank = [triple for triple in parsed(path) if any(isinstance(part, BNode) for part in triple)]
    assert not blank, f"{path.name}: give a name to the blank node in {blank[0]}"


@every_term
def test_a_term_is_of_one_kind_and_in_one_module(term: URIRef) -> None:
    kinds = [term in PROPERTIES, term in CLASSES, term in INDIVIDUALS]
    assert kinds.count(True) == 1, f"{shorten(term)}: make it a class, a property or an owl:NamedIndividual"
    assert module_of(term).count(".ttl") == 1, f"{shorten(term)} stands in {module_of(term)}; keep one"


@every_term
def test_a_term_is_named_and_defined_in_both_languages(term: URIRef) -> None:
    for predicate in (RDFS.label, RDFS.comment):
        found = sorted(str(text.language) for text in texts(term, predicate) if text.strip())
        assert found == ["en", "it"], (
            f"{module_of(term)}: {shorten(term)} needs one {shorten(predicate)} in en and one in it, has {found}"
        )


@every_term
def test_a_term_says_where_its_meaning_comes_from(term: URIRef) -> None:
    assert (term, KG.termSource, None) in ontology(), (
        f"{module_of(term)}: {shorten(term)} needs kg:termSource, an IRI or a short text"
    )
    assert (term, RDFS.isDefinedBy, URIRef(ONTOLOGY)) in ontology(), (
        f"{module_of(term)}: {shorten(term)} needs rdfs:isDefinedBy <{ONTOLOGY}>"
    )


@every_term
def test_a_term_serves_a_question_that_exists(term: URIRef) -> None:
    names = texts(term, KG.competencyQuestion)
    assert names, f"{module_of(term)}: {shorten(term)} needs kg:competencyQuestion, or is not needed"
    for name in names:
        assert (query_dir() / "questions" / f"{name}.rq").is_file(), (
            f"{module_of(term)}: {shorten(term)} names the question “{name}”; write it, or name one that exists"
        )


@every_property
def test_a_quantity_has_its_unit(term: URIRef) -> None:
    name = term.removeprefix(NS)
    units = list(ontology().objects(term, KG.unit))
    numeric = NUMBERS & set(ontology().objects(term, RDFS.range))
    if name in UNITLESS:
        assert not units, f"{module_of(term)}: {shorten(term)} is {UNITLESS[name]}; drop its kg:unit"
    elif numeric:
        assert [str(unit)[: len(UNITS)] for unit in units] == [UNITS], (
            f"{module_of(term)}: {shorten(term)} needs one kg:unit of {UNITS}, has {units}"
        )
    else:
        assert not units, f"{module_of(term)}: {shorten(term)} has a kg:unit; give it a numeric rdfs:range"


@every_property
def test_a_property_has_one_domain_and_one_range_at_most(term: URIRef) -> None:
    for predicate in (RDFS.domain, RDFS.range):
        found = list(ontology().objects(term, predicate))
        assert len(found) < 2, (
            f"{module_of(term)}: two of {shorten(predicate)} mean both at once; leave {shorten(term)} with one or none"
        )


@every_property
def test_what_a_property_leads_to_is_of_its_kind(term: URIRef) -> None:
    kinds = set(ontology().objects(term, RDF.type))
    for target in ontology().objects(term, RDFS.range):
        literal = str(target).startswith(str(XSD))
        assert literal == (OWL.DatatypeProperty in kinds), (
            f"{module_of(term)}: {shorten(term)} has the range {shorten(str(target))}; mend its kind or its range"
        )


@every_term
def test_what_a_term_points_at_is_defined(term: URIRef) -> None:
    for predicate in POINTERS:
        for target in ontology().objects(term, predicate):
            assert target in TERMS or str(target).startswith(STANDARD), (
                f"{module_of(term)}: {shorten(predicate)} of {shorten(term)} is {shorten(str(target))}, "
                "which no module defines; define it or name another"
            )


@pytest.mark.parametrize("term", INDIVIDUALS, ids=shorten)
def test_an_individual_belongs_to_a_closed_list(term: URIRef) -> None:
    lists = set(ontology().objects(term, RDF.type)) - {OWL.NamedIndividual}
    assert lists, f"{module_of(term)}: say of which class {shorten(term)} is"
    assert lists <= set(CLASSES), f"{module_of(term)}: {shorten(term)} is of {lists}, not all defined"


@pytest.mark.parametrize("predicate", [RDFS.subClassOf, RDFS.subPropertyOf], ids=shorten)
def test_no_term_is_above_itself(predicate: URIRef) -> None:
    for term in TERMS:
        for above in ontology().objects(term, predicate):
            assert term not in ontology().transitive_objects(above, predicate), f"{shorten(term)} is above itself"


def test_no_class_is_under_two_that_exclude_each_other() -> None:
    for first, second in ontology().subject_objects(OWL.disjointWith):
        for term in CLASSES:
            above = set(ontology().transitive_objects(term, RDFS.subClassOf))
            assert not {first, second} <= above, (
                f"{module_of(term)}: {shorten(term)} is under {shorten(str(first))} and {shorten(str(second))}, "
                "which exclude each other; move it or drop the owl:disjointWith"
            )


def test_inverses_swap_domain_and_range() -> None:
    for term, other in ontology().subject_objects(OWL.inverseOf):
        ends = ontology().value(term, RDFS.domain), ontology().value(term, RDFS.range)
        swapped = ontology().value(other, RDFS.range), ontology().value(other, RDFS.domain)
        assert ends == swapped, f"{shorten(str(term))} and {shorten(str(other))} must swap domain and range"


def test_alignments_only_speak_of_defined_terms() -> None:
    for term, predicate, target in parsed(ALIGNMENTS):
        assert term in TERMS, f"alignments.ttl: {shorten(str(term))} is no term of ours; drop or correct it"
        assert not str(target).startswith((NS, SOURCE)), (
            f"alignments.ttl: {shorten(str(term))} {shorten(str(predicate))} leads to our own "
            f"{shorten(str(target))}; say it in a module"
        )
