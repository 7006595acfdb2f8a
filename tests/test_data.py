"""The shipped data, tested like code: a failure names the record and the repair."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from kg import rdf
from kg.names import ID, NS, RDF, RDFS, SOURCE, shorten
from kg.paths import data_files
from kg.sources import read

FILES = sorted(data_files())
ARTICLE = "ihal-microsoft-supercomputers"
TOP500 = SOURCE + "top500-2021-11"
ROWS = re.compile(r"^# rows? ([\d ]+): (fact|reported|left out)\b", re.MULTILINE)
SENTENCE_WORDS = 8


@cache
def quads(path: Path) -> list[rdf.Quad]:
    return list(rdf.parse(path.read_bytes(), rdf.format_of(path), where=str(path)))


def every_quad() -> Iterator[tuple[Path, rdf.Quad]]:
    for path in FILES:
        for quad in quads(path):
            yield path, quad


def file_of(slug: str) -> Path:
    return next(path for path in FILES if path.stem == slug)


def kg(name: str) -> rdf.NamedNode:
    return rdf.NamedNode(NS + name)


def graph_name(quad: rdf.Quad) -> str:
    return "" if isinstance(quad.graph_name, rdf.DefaultGraph) else quad.graph_name.value


def objects(path: Path, subject: str, predicate: str, graph: str | None = None) -> list[rdf.Term]:
    """Return what a file says of a subject and a property of ours, in one graph or in all."""
    wanted = rdf.NamedNode(subject), kg(predicate)
    return [
        quad.object
        for quad in quads(path)
        if (quad.subject, quad.predicate) == wanted and graph in (None, graph_name(quad))
    ]


def stated(path: Path, standing: str) -> list[str]:
    wanted = kg("standing"), kg(standing)
    return [quad.subject.value for quad in quads(path) if (quad.predicate, quad.object) == wanted]


def not_asserted() -> set[str]:
    kinds = "Reported", "Superseded"
    return {graph for path in FILES for kind in kinds for graph in stated(path, kind)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_one_source_and_bears_its_name(path: Path) -> None:
    source = SOURCE + path.stem
    for quad in quads(path):
        graph = graph_name(quad)
        assert graph == source or graph.startswith(source + "#"), (
            f"{path.name}: {quad.subject} stands in <{graph}>; put it in a graph of <{source}>"
        )
    assert read(path).iri == source
    about = {quad.object for quad in quads(path) if quad.subject.value == source}
    assert kg("Source") in about, f"{path.name}: describe <{source}>"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_terms_are_as_the_store_keeps_them(path: Path) -> None:
    for quad in quads(path):
        for term in (quad.subject, quad.object):
            assert not isinstance(term, rdf.BlankNode), f"{path.name}: name the blank node at {quad}"
        if isinstance(quad.object, rdf.Literal):
            kept = rdf.canonical(quad.object)
            assert kept == quad.object, f"{path.name}: write {kept} for {quad.object} of {quad.subject}"
            assert "\u200b" not in quad.object.value, f"{path.name}: strip U+200B from {quad}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_not_asserted_says_how_and_why(path: Path) -> None:
    graphs = {graph_name(quad) for quad in quads(path)}
    needs = {"Reported": ("modality", "paraphrase"), "Superseded": ("supersededBy", "reason")}
    for standing, properties in needs.items():
        for graph in stated(path, standing):
            assert graph in graphs, f"{path.name}: <{graph}> is {standing} but empty; fill or drop it"
            for name in properties:
                values = objects(path, graph, name, SOURCE + path.stem)
                assert values, f"{path.name}: say kg:{name} of <{graph}> in the description of the source"
                languages = {value.language for value in values if isinstance(value, rdf.Literal)}
                assert not languages or languages == {"en", "it"}, f"kg:{name} of <{graph}> in en and it"


def test_what_supersedes_exists() -> None:
    graphs = {graph_name(quad) for _, quad in every_quad()}
    for path, quad in every_quad():
        if quad.predicate == kg("supersededBy"):
            assert quad.object.value in graphs, f"{path.name}: no graph {quad.object}; name one"


def test_each_thing_has_one_name_in_each_language() -> None:
    labels: dict[str, dict[str | None, set[str]]] = defaultdict(lambda: defaultdict(set))
    used: dict[str, str] = {}
    for path, quad in every_quad():
        for term in (quad.subject, quad.object):
            if isinstance(term, rdf.NamedNode) and term.value.startswith(ID):
                used.setdefault(term.value, path.name)
        if quad.predicate.value == RDFS + "label" and isinstance(quad.object, rdf.Literal):
            labels[quad.subject.value][quad.object.language].add(quad.object.value)
    for thing, where in used.items():
        for language in ("en", "it"):
            names = labels[thing][language]
            assert len(names) == 1, f"{where}: give {shorten(thing)} one label in {language}: {names}"


def test_the_rows_of_the_article_are_accounted_for() -> None:
    text = file_of(ARTICLE).read_text(encoding="utf-8")
    counted: dict[int, set[str]] = defaultdict(set)
    for numbers, kind in ROWS.findall(text):
        for number in numbers.split():
            counted[int(number)].add(kind)
    missing = set(range(1, 65)) - counted.keys()
    assert not missing, f"rows {sorted(missing)}: name them in a comment over their graph, or as left out"
    assert not counted.keys() - set(range(1, 65)), "the article has 64 rows"
    for number, kinds in counted.items():
        assert kinds == {"left out"} or "left out" not in kinds, f"row {number} is both used and left out"


def test_each_graph_of_the_article_names_its_rows() -> None:
    path = file_of(ARTICLE)
    reported = set(stated(path, "Reported"))
    kind = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := ROWS.match(line):
            kind = match.group(2)
        elif match := re.match(r"art:(\S+) \{", line):
            expected = "reported" if f"{SOURCE}{ARTICLE}#{match.group(1)}" in reported else "fact"
            assert kind == expected, f"{line} is {expected}; its comment says {kind or 'nothing'}"
            kind = ""


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def runs(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + SENTENCE_WORDS]) for i in range(len(found) - SENTENCE_WORDS + 1)}


def test_no_sentence_of_the_article_is_stored(shared_data: Path) -> None:
    article = shared_data.parent / "article" / "article-it.txt"
    if not article.is_file():
        pytest.skip(f"no article beside {shared_data}")
    known = runs(article.read_text(encoding="utf-8"))
    title = rdf.NamedNode(SOURCE + ARTICLE), rdf.NamedNode(RDFS + "label")
    for path, quad in every_quad():
        if isinstance(quad.object, rdf.Literal) and (quad.subject, quad.predicate) != title:
            copied = runs(quad.object.value) & known
            assert not copied, f"{path.name}: {quad.subject} copies {copied}; use our own words"


def test_the_gpus_of_the_openai_machine_have_no_maker() -> None:
    machine = rdf.NamedNode(ID + "openai-supercomputer")
    usage = kg("usedIn"), machine
    parts = {quad.subject for _, quad in every_quad() if (quad.predicate, quad.object) == usage}
    makers = {kg("component"), kg("hasComponent"), kg("manufacturer")}
    for path, quad in every_quad():
        if quad.subject in {machine, *parts}:
            assert quad.predicate not in makers, f"{path.name}: no source gives {quad}; take it out"


def test_the_training_of_gpt_3_is_nowhere_asserted() -> None:
    apart = not_asserted()
    edges = [(path, quad) for path, quad in every_quad() if quad.predicate == kg("trainedOnSystem")]
    assert edges, "the reported training edge is gone"
    for path, quad in edges:
        assert graph_name(quad) in apart, f"{path.name}: {quad} is asserted; make its graph kg:Reported"


def test_both_counts_of_the_gpus_are_kept_and_one_prevails() -> None:
    apart = not_asserted()
    subject = rdf.NamedNode(ID + "voyager-eus2-gpus")
    counts = {
        (quad.object.value, graph_name(quad) in apart)
        for _, quad in every_quad()
        if quad.subject == subject and quad.predicate == kg("count")
    }
    assert counts == {("2112", False), ("21120", True)}


def csv_rows(shared_data: Path) -> dict[int, dict[str, str]]:
    path = shared_data / "top500" / "TOP500_202111.csv"
    if not path.is_file():
        pytest.skip(f"no file {path}")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        int(row["Rank"]): {key: value.replace("\u200b", "").strip() for key, value in row.items()}
        for row in rows
        if int(row["Rank"]) <= 10 or row["Manufacturer"] == "Microsoft Azure"
    }


def test_the_top500_rows_equal_the_list(shared_data: Path) -> None:
    path, rows = file_of("top500-2021-11"), csv_rows(shared_data)
    prefix = f"{TOP500}#row"
    graphs = {graph_name(quad) for quad in quads(path) if graph_name(quad).startswith(prefix)}
    assert graphs == {f"{prefix}{rank}" for rank in rows}
    for rank, row in rows.items():
        assert_row(path, f"{prefix}{rank}", f"{ID}top500-2021-11-{rank}", row)


def assert_row(path: Path, graph: str, entry: str, row: dict[str, str]) -> None:
    """Compare one entry and its system with the list's row, numbers exactly."""

    def only(subject: str, name: str) -> str | None:
        values = objects(path, subject, name, graph)
        assert len(values) <= 1, f"{shorten(subject)} has two kg:{name} in <{graph}>"
        return values[0].value if values else None

    def exact(text: str | None) -> Decimal | None:
        return Decimal(text) if text else None

    system = only(entry, "rankedSystem") or ""
    expected = {
        "rank": Decimal(row["Rank"]),
        "previousRank": exact(row["Previous Rank"]),
        "rmax": Decimal(row["Rmax [TFlop/s]"]) / 1000,
        "rpeak": Decimal(row["Rpeak [TFlop/s]"]) / 1000,
        "cores": Decimal(row["Total Cores"]),
        "power": exact(row["Power (kW)"]),
    }
    for name, value in expected.items():
        assert exact(only(entry, name)) == value, f"{shorten(entry)}: the list has kg:{name} {value}"
    for name in ("rmax", "rpeak", "cores", "power"):
        value = expected[name]
        assert exact(only(system, name)) == value, f"{shorten(system)}: the list has kg:{name} {value}"
    accelerators = exact(row["Accelerator/Co-Processor Cores"])
    assert exact(only(system, "acceleratorCores")) == accelerators, f"{shorten(system)}: kg:acceleratorCores"
    assert only(system, "top500Id") == row["System ID"], f"{shorten(system)}: kg:top500Id"
    assert (only(entry, "newcomer") == "true") is (not row["Previous Rank"]), f"{shorten(entry)}: kg:newcomer"
    about = [quad.object for quad in quads(path) if quad.subject.value == system]
    names = {term.value for term in about if isinstance(term, rdf.Literal)}
    assert row["Name"] in names, f"{shorten(system)} is called {row['Name']} in the list; add it as a label"


def test_things_have_a_class_where_they_are_asserted() -> None:
    apart = not_asserted()
    asserted = [(path, quad) for path, quad in every_quad() if graph_name(quad) not in apart]
    typed = {quad.subject.value for _, quad in asserted if quad.predicate.value == RDF + "type"}
    for path, quad in asserted:
        for term in (quad.subject, quad.object):
            if isinstance(term, rdf.NamedNode) and term.value.startswith(ID):
                assert term.value in typed, f"{path.name}: say which class {shorten(term.value)} is of"
