"""Records for the evaluation of the matcher, read straight from the files of the shared data."""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from kg.identity.countries import country
from kg.identity.names import split_list, tidy
from kg.identity.records import Record

Row = dict[str, str]
Found = tuple[str, str, dict[str, Any]]
"""Kind, name as the source gives it, and what else the record has."""


def records(folder: Path) -> dict[tuple[str, str, str], Record]:
    """Return the records of every source in the folder of shared data, by kind, source and name.

    What one source says of one name in several rows is one record; where its rows have ids, a name has them: "Eagle
    #180236".
    """
    gathered: dict[tuple[str, str, str], dict[str, set[Any]]] = defaultdict(lambda: defaultdict(set))
    for source, reader in READERS.items():
        for kind, name, more in reader(folder):
            for prop, values in more.items():
                gathered[kind, source, tidy(name)][prop] |= {value for value in values if value}
            gathered[kind, source, tidy(name)]["seen"].add(True)
    _share_places(gathered)
    return {key: _record(key, more) for key, more in sorted(gathered.items())}


def _share_places(gathered: dict[tuple[str, str, str], dict[str, set[Any]]]) -> None:
    """Let an organisation of Epoch's lists have its country in all of them: one publisher, one name."""
    places: dict[str, set[Any]] = defaultdict(set)
    for (kind, source, name), more in gathered.items():
        if kind == "organisation" and source.startswith("epoch"):
            places[name] |= more["places"]
    for (kind, source, name), more in gathered.items():
        if kind == "organisation" and source.startswith("epoch"):
            more["places"] |= places[name]


def _record(key: tuple[str, str, str], more: dict[str, set[Any]]) -> Record:
    kind, source, name = key
    plain = re.sub(r" #\S+$", "", name) if source in WITH_IDS else name
    keys = {which: frozenset(more[which]) for which in ("ror", "wikidata", "top500Id") if more[which]}
    rest = {prop: frozenset(more[prop]) for prop in ("websites", "places", "dates", "related", "sizes") if more[prop]}
    aliases = tuple(sorted(more["names"] - {plain}))
    return Record(f"{source}/{kind}/{name}", kind, (plain,), aliases, keys, sources=frozenset({source}), **rest)


def _rows(path: Path, delimiter: str = ",") -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file, delimiter=delimiter)


def _places(text: str) -> list[str]:
    parts = [text, *text.split(",")]
    return [found for part in parts if (found := country(part.strip()))]


def epoch_models(folder: Path) -> Iterator[Found]:
    """Models and their organisations."""
    for row in _rows(folder / "epoch" / "notable_ai_models.csv"):
        organisations = split_list(row["Organization"])
        places = [tidy(part) for part in row["Country (of organization)"].split(",")]
        size = [float(row["Parameters"])] if row["Parameters"] else []
        yield (
            "model",
            row["Model"],
            {"related": organisations, "dates": [row["Publication date"]], "sizes": size, "websites": [row["Link"]]},
        )
        for at, name in enumerate(organisations):
            aligned = [places[at]] if len(places) == len(organisations) else places[:1] if len(set(places)) == 1 else []
            yield "organisation", name, {"places": [found for part in aligned if (found := country(part))]}
        for part in places:
            if part:
                yield "place", part, {}


def epoch_clusters(folder: Path) -> Iterator[Found]:
    """Clusters, their owners, and their chips."""
    for row in _rows(folder / "epoch" / "gpu_clusters.csv"):
        owners = [re.sub(r"\s*#\w+", "", name) for name in split_list(row["Owner"])]
        places = _places(row["Country"])
        month, _, year = row["First Operational Date"].partition("/")
        yield (
            "system",
            row["Name"],
            {"related": owners, "places": places, "dates": [f"{year[-4:]}-{month:0>2}"] if year else []},
        )
        for name in owners:
            yield "organisation", name, {}
        for column in ("Chip type (primary)", "Chip type (secondary)"):
            for chip in split_list(row[column]):
                yield "chip", chip, {}
        if row["Country"]:
            yield "place", row["Country"], {}


def epoch_hardware(folder: Path) -> Iterator[Found]:
    """Chips and their makers."""
    for row in _rows(folder / "epoch" / "ml_hardware.csv"):
        yield "chip", row["Hardware name"], {"related": [row["Manufacturer"]], "dates": [row["Release date"]]}
        if row["Manufacturer"]:
            yield "organisation", row["Manufacturer"], {}


def top500(folder: Path) -> Iterator[Found]:
    """Systems, sites, makers, accelerators and countries of the four lists."""
    for path in sorted((folder / "top500").glob("*.csv")):
        for row in _rows(path):
            place = _places(row["Country"])
            if row["Name"]:
                yield (
                    "system",
                    f"{row['Name']} #{row['System ID']}",
                    {"related": [tidy(row["Site"])], "places": place, "dates": [row["Year"]]}
                    | {"top500Id": [row["System ID"]]},
                )
            yield "organisation", row["Site"], {"places": place}
            for maker in re.split(r"\s*[/,]\s*", row["Manufacturer"]):
                yield "organisation", maker, {}
            for chip in row["Accelerator/Co-Processor"].split("/"):
                if chip:
                    yield "chip", chip, {"related": [chip.split()[0]]}
            yield "place", row["Country"], {}


def ecosystem_graphs(folder: Path) -> Iterator[Found]:
    """Model cards and organisations."""
    for path in sorted((folder / "ecosystem-graphs" / "assets").glob("*.yaml")):
        for card in yaml.safe_load(path.read_text(encoding="utf-8")) or []:
            plain = {key: held.get("value") if isinstance(held, dict) else held for key, held in card.items()}
            name = str(plain.get("organization") or "")
            organisations = [part for piece in split_list(name) for part in re.split(r"\s+and\s+", piece)]
            for organisation in organisations:
                if organisation.lower() != "unknown":
                    one = len(organisations) == 1
                    yield (
                        "organisation",
                        organisation,
                        {"places": _places(str(plain.get("nationality"))) if one else []},
                    )
            if plain.get("type") == "model":
                size = re.match(r"([\d.]+)\s*([BMT])\b", str(plain.get("size") or ""))
                times = {"M": 1e6, "B": 1e9, "T": 1e12}
                yield (
                    "model",
                    str(plain["name"]),
                    {
                        "related": organisations,
                        "dates": [str(plain.get("created_date"))],
                        "sizes": [float(size[1].strip(".")) * times[size[2]]] if size else [],
                    },
                )


def llm_stats(folder: Path) -> Iterator[Found]:
    """Models, and the organisations and providers they come from."""
    base = folder / "llm-stats" / "data"
    names: dict[str, str] = {}
    for path in sorted(base.glob("organizations/*/organization.json")):
        held = json.loads(path.read_text(encoding="utf-8"))
        names[held["organization_id"]] = held["name"]
        yield (
            "organisation",
            held["name"],
            {"places": _places(held.get("country") or ""), "websites": [held.get("website")]},
        )
    for path in sorted(base.glob("providers/*/provider.json")):
        held = json.loads(path.read_text(encoding="utf-8"))
        yield "organisation", held["name"], {"websites": [held.get("website")]}
    for path in sorted(base.glob("organizations/*/models/*/model.json")):
        held = json.loads(path.read_text(encoding="utf-8"))
        yield (
            "model",
            f"{held['name']} #{held['model_id']}",
            {
                "related": [names.get(held["organization_id"], held["organization_id"])],
                "dates": [held.get("release_date")],
                "sizes": [float(held["param_count"])] if held.get("param_count") else [],
            },
        )


def mot(folder: Path) -> Iterator[Found]:
    """Models and their producers."""
    for path in sorted((folder / "mot" / "models").glob("*.yml")):
        held = yaml.safe_load(path.read_text(encoding="utf-8"))["release"]
        producers = split_list(str(held.get("producer") or ""))
        yield "model", str(held["name"]), {"related": producers}
        for producer in producers:
            yield "organisation", producer, {}


def ror(folder: Path) -> Iterator[Found]:
    """Research organisations, in the two versions of the schema."""
    for line in (folder / "ror" / "ror_subset.jsonl").read_text(encoding="utf-8").splitlines():
        held = json.loads(line)
        if isinstance(held.get("name"), str):
            label, names = held["name"], [*held.get("aliases", []), *held.get("acronyms", [])]
            places = [held["country"]["country_name"]]
            sites = held.get("links", [])
        else:
            label = next(one["value"] for one in held["names"] if "ror_display" in one["types"])
            names = [one["value"] for one in held["names"]]
            places = [place["geonames_details"]["country_name"] for place in held["locations"]]
            sites = [link["value"] for link in held["links"] if link["type"] == "website"]
        found = [country(place) for place in places]
        more = {"names": names, "places": found, "websites": sites, "ror": [held["id"]]}
        yield "organisation", f"{label} #{held['id'].rpartition('/')[2]}", more


def acquisitions(folder: Path) -> Iterator[Found]:
    """Those who acquire, and where what they acquire lies."""
    for row in _rows(folder / "acquisitions-wikipedia" / "acquisitions.tsv", "\t"):
        yield "organisation", row["acquired_by"], {}
        yield "organisation", row["company"], {"places": _places(row["location"])}
        if place := row["location"].partition(",")[0]:
            yield "place", place, {}


WITH_IDS = {"llm-stats", "ror", "top500"}

READERS: dict[str, Callable[[Path], Iterator[Found]]] = {
    "acquisitions": acquisitions,
    "ecosystem-graphs": ecosystem_graphs,
    "epoch-clusters": epoch_clusters,
    "epoch-hardware": epoch_hardware,
    "epoch-models": epoch_models,
    "llm-stats": llm_stats,
    "mot": mot,
    "ror": ror,
    "top500": top500,
}
