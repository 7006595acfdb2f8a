"""What mappings of built-in kinds do with rows that speak of one another, and with names that mean one thing."""

from pathlib import Path

from imports.chips import ROWS, imported, kg, write

from kg.engine import select
from kg.rdf import value
from kg.store import Store

CARD = "- name: {name}\n  organization: {maker}\n  type: {type}\n  dependencies: [{needs}]\n"


def answers(store: Path, query: str) -> list[tuple[str, ...]]:
    with Store(store).reader() as (engine, _):
        return [tuple(value(term).rpartition("/")[2] for term in row if term) for row in select(engine, query)]


def test_cards_find_what_they_depend_on_in_other_files(tmp_path: Path, store: Path) -> None:
    assets = tmp_path / "assets"
    assets.mkdir()
    model = CARD.format(name="Heaper", maker="Example", type="model", needs="the heap, Sundry")
    (assets / "a.yaml").write_text(model, encoding="utf-8")
    heap = CARD.format(name="The Heap", maker="Other", type="dataset", needs="")
    (assets / "b.yaml").write_text(heap, encoding="utf-8")
    assert kg("import", "ecosystem-graphs", tmp_path, store=store).exit_code == 0
    found = answers(
        store, "SELECT ?of ?name { id:heaper-example kg:dependsOn ?of . ?of rdfs:label ?name } ORDER BY ?of"
    )
    assert found == [("sundry", "Sundry"), ("the-heap-data-set", "The Heap")]


def test_a_table_of_models_leaves_the_other_table_alone(tmp_path: Path, store: Path) -> None:
    heads = ["Model", "Organization", "Publication date", "Parameters", "Training compute (FLOP)", "Confidence"]
    heads += ["Domain", "Base model", "Model accessibility", "Country (of organization)"]
    cells = ["", "Example", "2024-05-01", "1e9", "1e24", "Unverified", "", "", "", ""]
    for name, model in (("notable_ai_models.csv", "One"), ("large_scale_ai_models.csv", "Two")):
        write(tmp_path / name, [heads, [model, *cells[1:5], "Likely" if model == "One" else "Unverified", *cells[6:]]])
        assert kg("import", "epoch-models", tmp_path / name, store=store).exit_code == 0
    said = "GRAPH ?row { ?model a kg:Model } ?row kg:evidenceIn ?source . ?source kg:sha256 ?file"
    found = answers(store, f"SELECT ?source ?model {{ {said} }} ORDER BY ?source")
    assert found == [("epoch-large-models", "two-example"), ("epoch-models", "one-example")]


def test_a_thing_that_bears_a_chosen_name_alone_is_called_so(table: Path, mapping: Path, store: Path) -> None:
    imported(write(table, [ROWS[0], ["X1", "Nebius AI", "", "", "yes", ""]]), mapping, store)
    names = "SELECT ?name ?evidence { GRAPH ?evidence { id:nebius rdfs:label ?name } }"
    assert answers(store, names) == [("Nebius", "identity-decisions#nebius")]
    imported(write(table, [ROWS[0], ["X1", "Nebius", "", "", "yes", ""]]), mapping, store)
    assert answers(store, names) == [("Nebius", "my-chips#row-x1")]


def test_every_name_a_source_used_stays(table: Path, mapping: Path, store: Path) -> None:
    imported(write(table, [ROWS[0], ["X1", "Nebius AI", "", "", "yes", ""]]), mapping, store)
    used = "SELECT ?name { GRAPH ?evidence { id:nebius skos:altLabel ?name } }"
    assert answers(store, used) == [("Nebius AI",)]
