"""The table of licences' names: every text of the shared files is in it, and all that it names exists."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from kg.errors import NotFound
from kg.licences import Named, licence_of
from kg.licences.table import NOTHING, lines
from kg.names import ID, NS, RDF, expand, slugify
from kg.paths import data_files, identity_dir
from kg.rdf import format_of, parse

TABLE = identity_dir() / "licences.tsv"
COLUMNS = [
    *("subject_label", "subject_source", "predicate_id", "object_id"),
    *("mapping_justification", "author_label", "comment", "mapping_date"),
]


def named(part: str, licence: str) -> Named:
    return Named(NS + part, ID + licence)


def test_spellings_of_one_licence_mean_one() -> None:
    found = {text: licence_of(text) for text in ("Apache 2.0", " apache-2.0", "apache_2_0", "Apache license 2.0")}
    assert set(map(tuple, found.values())) == {(named("WholeWork", "apache-2-0-licence"),)}


def test_a_text_on_two_parts_is_taken_apart() -> None:
    assert licence_of("LLaMa License (model weights), GPLv3 (code)") == [
        named("ModelWeights", "llama-licence"),
        named("SourceCode", "gpl-3-0-licence"),
    ]
    assert licence_of("unknown (model weights), Apache 2.0 (SayCan code)") == [
        Named(NS + "ModelWeights", "", unknown=True),
        named("SourceCode", "apache-2-0-licence"),
    ]


def test_unknown_none_and_empty_are_three_things() -> None:
    assert licence_of("Unknown") == [Named(NS + "WholeWork", "", unknown=True)]
    assert licence_of("none") == [Named(NS + "WholeWork", "")]
    assert licence_of("") == licence_of(" \n") == []
    statements = [one.statement for text in ("unknown", "none", "MIT") for one in licence_of(text)]
    assert statements == [
        (NS + "licenceUnknownFor", NS + "WholeWork"),
        (NS + "noLicenceFor", NS + "WholeWork"),
        (NS + "licensedUnder", ID + "mit-licence"),
    ]


def test_a_text_that_names_data_or_access_names_no_licence() -> None:
    assert licence_of("mC4, OSCAR") == licence_of("API access") == []


def test_a_version_that_nobody_said_is_not_made_up() -> None:
    assert licence_of("CC-BY-NC") == [named("WholeWork", "cc-by-nc-licence-family")]


def test_a_long_text_is_known_by_how_it_begins() -> None:
    text = "The Stack is a collection of source code and more."
    assert licence_of(text) == [named("WorkData", "parts-licence-family")]


def test_a_text_that_nobody_reviewed_is_refused_by_name() -> None:
    with pytest.raises(NotFound, match="Licence of Nowhere"):
        licence_of("Licence of Nowhere 9.9")


def test_the_table_is_whole() -> None:
    for line in lines(TABLE):
        assert list(line) == COLUMNS
        assert all(line[column] for column in COLUMNS if column != "comment"), line
        assert not line["subject_label"].startswith(("http://example", " "))


def test_one_text_means_the_same_for_every_source() -> None:
    meanings: dict[str, dict[str, set[tuple[str, str]]]] = {}
    for line in lines(TABLE):
        key = " ".join(line["subject_label"].split()).casefold()
        by_source = meanings.setdefault(key, {})
        by_source.setdefault(line["subject_source"], set()).add((line["predicate_id"], line["object_id"]))
    for key, by_source in meanings.items():
        assert len(set(map(frozenset, by_source.values()))) == 1, key


def spdx_licences(folder: Path) -> set[str]:
    listed = json.loads((folder / "spdx" / "licenses.json").read_text(encoding="utf-8"))
    return {f"{ID}{slugify(one['licenseId'])}-licence" for one in listed["licenses"]}


def ours() -> dict[str, str]:
    """The licences of the shipped data, each with its SPDX identifier or ""."""
    found: dict[str, str] = {}
    for path in data_files():
        for quad in parse(path.read_bytes(), format_of(path), where=str(path)):
            kind = quad.object.value if quad.predicate.value == RDF + "type" else ""
            if kind in {NS + name for name in ("PublicLicence", "CustomLicence", "LicenceFamily")}:
                found.setdefault(quad.subject.value, "")
            if quad.predicate.value == NS + "spdxId":
                found[quad.subject.value] = quad.object.value
    return found


def test_every_licence_that_the_table_names_is_described_or_listed_by_spdx(shared_data: Path) -> None:
    known = ours().keys() | spdx_licences(shared_data) | {NS + "WholeWork", NS + "ModelWeights", expand(NOTHING)}
    assert {line["object_id"] for line in lines(TABLE) if expand(line["object_id"]) not in known} == set()


def test_an_spdx_identifier_of_ours_is_in_the_list_and_makes_the_name(shared_data: Path) -> None:
    listed = spdx_licences(shared_data)
    for iri, identifier in ours().items():
        assert not identifier or iri == f"{ID}{slugify(identifier)}-licence", iri
        assert not identifier or iri in listed, iri


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield source and text of each place in the shared files where a licence may stand."""
    for path in folder.glob("ecosystem-graphs/assets/*.yaml"):
        for card in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            licence = card.get("license")
            yield "ecosystem-graphs", (licence.get("value") if isinstance(licence, dict) else licence) or ""
    for path in folder.glob("mot/models/*.yml"):
        yield from (("model-openness", text) for text in within(yaml.safe_load(path.read_text(encoding="utf-8"))))
    for path in folder.glob("llm-stats/data/licenses/*.json"):
        licence = json.loads(path.read_text(encoding="utf-8"))
        yield from (("llm-stats", licence[key]) for key in ("license_id", "name"))
    for path in folder.glob("llm-stats/data/organizations/*/models/*/model.json"):
        yield "llm-stats", json.loads(path.read_text(encoding="utf-8"))["license_id"]
    page = (folder / "hf-licenses" / "repositories-licenses.md").read_text(encoding="utf-8")
    yield from (("hugging-face", text) for text in re.findall(r"^\|[^|]*\| `([^`]+)`", page, re.MULTILINE))
    for path in folder.glob("hf-licenses/*.csv"):
        yield from (("hugging-face-models", row["suggested_license_name"]) for row in rows(path))
    for path in folder.glob("epoch/*_ai_models.csv"):
        for row in rows(path):
            cells = (text for head, text in row.items() if head.casefold().endswith("accessibility"))
            yield from (("epoch-models", text or "") for text in cells)


def within(value: object) -> Iterator[str]:
    """Yield what stands under `license` at any depth of a card; of a map, what its `name` says."""
    if isinstance(value, list):
        for one in value:
            yield from within(one)
    if isinstance(value, dict):
        for key, one in value.items():
            if key == "license" and isinstance(one, str):
                yield one
            elif key == "license" and isinstance(one, dict):
                yield from (part["name"] or "" for part in one.values())
            else:
                yield from within(one)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_text_of_the_shared_files_is_in_the_table(shared_data: Path) -> None:
    found = set(texts(shared_data))
    assert len(found) > 250
    unmapped: list[tuple[str, str]] = []
    for source, text in sorted(found):
        try:
            licence_of(text)
        except NotFound:
            unmapped.append((source, text))
    assert unmapped == []
