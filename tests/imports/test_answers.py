"""Questions over all of the shared data give what pandas finds in the files themselves."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from imports.whole import EDITIONS, Files, asked, lists

from kg.build import build
from kg.engine import Engine
from kg.imports import jobs_in
from kg.imports.reading import Importing
from kg.store import Store

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def files(shared_data: Path) -> Files:
    return Files(shared_data)


@pytest.fixture(scope="module")
def engine(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    store = Store(tmp_path_factory.mktemp("whole") / "store")
    build(store, author="tests")
    importing = Importing(jobs_in(shared_data))
    report = build(store, imports=importing.inputs, author="tests").report
    assert report
    assert not report.has_violations
    with store.reader() as (engine, _):
        yield engine


def near(left: float, right: float) -> bool:
    return abs(left - right) <= 1e-9 * max(abs(left), abs(right))


def test_every_row_of_the_files_was_read(engine: Engine, files: Files) -> None:
    rows = {row["source"]: int(row["rows"]) for row in asked(engine, "imported-sources")}
    for source, table in {
        "epoch-models": "epoch/notable_ai_models.csv",
        "epoch-clusters": "epoch/gpu_clusters.csv",
        "epoch-hardware": "epoch/ml_hardware.csv",
        "country-codes": "country-codes/country-codes.csv",
    }.items():
        assert rows[source] == len(files.table(table)), source
    assert rows["top500-list-2021-11"] == 500


def clusters(files: Files) -> pd.DataFrame:
    """Rows of the table of clusters that are asserted, with their H100 equivalents as numbers."""
    frame = files.epoch("gpu_clusters")
    frame["size"] = pd.to_numeric(frame["H100 equivalents"])
    return frame[frame["Certainty"] != "Unlikely"]


def test_the_largest_clusters(engine: Engine, files: Files) -> None:
    frame = clusters(files)
    frame = frame[(frame["Status"] != "Planned") & (frame["size"] > 0)].nlargest(20, "size")
    ours = {row.evidence[0]: float(row["equivalents"]) for row in asked(engine, "largest-clusters")}
    sizes = sorted(ours.values(), reverse=True)[:20]
    assert all(near(mine, theirs) for mine, theirs in zip(sizes, frame["size"], strict=True))
    assert any("xai-colossus-memphis-phase-3" in place for place in ours)


def test_clusters_of_an_owner(engine: Engine, files: Files) -> None:
    frame = clusters(files)
    frame = frame[lists(frame["Owner"], "CoreWeave")]
    ours = asked(engine, "clusters-of", source="epoch-clusters", owner="id:coreweave")
    assert len({row.evidence for row in ours}) == len(frame) > 5
    dates = Counter(pd.to_datetime(frame["First Operational Date"], format="%m/%d/%Y").dt.strftime("%Y-%m-%d").dropna())
    assert Counter(row["operational"] for row in ours if row["operational"]) == dates


def test_planned_clusters_and_what_is_unlikely(engine: Engine, files: Files) -> None:
    frame = files.epoch("gpu_clusters")
    planned = frame[(frame["Status"] == "Planned") & (frame["H100 equivalents"] != "")]
    ours = asked(engine, "planned-clusters", source="epoch-clusters")
    assert len({row.evidence for row in ours}) == len(planned)
    unlikely = {row.evidence for row in ours if row["standing"] == "Reported"}
    assert len(unlikely) == len(planned[planned["Certainty"] == "Unlikely"])


def test_computing_power_by_country(engine: Engine, files: Files) -> None:
    frame = clusters(files)
    frame = frame[(frame["Status"] == "Existing") & (frame["Possible Duplicate Of"] == "")]
    ours = {row["place"]: float(row["total"]) for row in asked(engine, "clusters-by-country")}
    for country, place in {"Japan": "japan", "Italy": "italy", "Germany": "germany"}.items():
        assert near(ours[place], frame[frame["Country"] == country]["size"].sum()), country


def test_systems_by_sector(engine: Engine, files: Files) -> None:
    every = pd.concat([files.top500(edition) for edition in EDITIONS])
    ours = {row["sector"]: int(row["systems"]) for row in asked(engine, "systems-by-sector")}
    for segment, sector in {"Industry": "Industry", "Academic": "Academia", "Research": "Research"}.items():
        assert ours[sector] == every[every["Segment"] == segment]["System ID"].nunique()


def test_what_the_systems_of_microsoft_looked_like_in_each_list(engine: Engine, files: Files) -> None:
    theirs = set[tuple[str, int, float]]()
    for edition in EDITIONS:
        frame = files.top500(edition)
        own = frame["Site"].str.contains("Azure|Microsoft") | frame["Manufacturer"].str.contains("Microsoft")
        theirs |= {(edition, row["Rank"], row["Rmax [TFlop/s]"] / 1000) for _, row in frame[own].iterrows()}
    ours = {
        (row["edition"].removeprefix("top500-"), int(row["rank"]), float(row["rmax"]))
        for row in asked(engine, "systems-of-owner-on-lists", owner="id:microsoft")
    }
    assert ours == theirs
    assert len(ours) > 25


def test_systems_that_rose_or_fell_between_two_lists(engine: Engine, files: Files) -> None:
    before, after = (files.top500(edition).set_index("System ID")["Rank"] for edition in EDITIONS[:2])
    both = pd.DataFrame({"before": before, "after": after}).dropna()
    theirs = {(int(row.before), int(row.after)) for row in both.itertuples() if row.before != row.after}
    ours = asked(engine, "rises-and-falls", earlier="id:top500-2021-11", later="id:top500-2022-06")
    assert {(int(row["before"]), int(row["after"])) for row in ours} == theirs
    assert len(theirs) > 300


def test_the_share_of_nvidia_in_each_list(engine: Engine, files: Files) -> None:
    ours = {row["edition"]: row for row in asked(engine, "accelerator-share", maker="id:nvidia")}
    for edition in EDITIONS:
        names = files.top500(edition)["Accelerator/Co-Processor"]
        row = ours[f"top500-{edition}"]
        assert int(row["accelerated"]) == names.isin(["", "None"]).eq(False).sum()
        assert int(row["systems"]) == names.str.lower().str.startswith("nvidia").sum()
        assert int(row["ranked"]) == 500


def test_countries_on_a_list(engine: Engine, files: Files) -> None:
    frame = files.top500("2025-06")
    ours = {row["place"]: row for row in asked(engine, "ranked-by-country", edition="id:top500-2025-06")}
    for country, place in {"Japan": "japan", "Italy": "italy", "United States": "united-states"}.items():
        theirs = frame[frame["Country"] == country]
        assert int(ours[place]["systems"]) == len(theirs)
        assert near(float(ours[place]["total"]), theirs["Rmax [TFlop/s]"].sum() / 1000)


def test_the_most_efficient_systems(engine: Engine, files: Files) -> None:
    frame = files.top500("2025-06")
    frame = frame[frame["Power (kW)"] > 0]
    theirs = (frame["Rmax [TFlop/s]"] / frame["Power (kW)"]).nlargest(20).index
    ours = asked(engine, "most-efficient", edition="id:top500-2025-06")
    assert len(ours) == len(frame)
    assert {int(row["rank"]) for row in ours[:20]} == set(frame.loc[theirs, "Rank"])


def test_models_trained_with_more_than_a_number_of_operations(engine: Engine, files: Files) -> None:
    frame = files.epoch("notable_ai_models")
    theirs = frame[pd.to_numeric(frame["Training compute (FLOP)"]) > 1e25]
    ours = asked(engine, "models-trained-with-more-than", source="epoch-models", flop="1e25")
    assert len({row.evidence for row in ours}) == len(theirs) > 10
    assert {float(row["compute"]) for row in ours} == set(theirs["Training compute (FLOP)"].map(float))


def test_models_larger_than_a_number_of_parameters(engine: Engine, files: Files) -> None:
    frame = files.epoch("notable_ai_models")
    theirs = frame[pd.to_numeric(frame["Parameters"]) > 1e11]
    ours = asked(engine, "models-larger-than", source="epoch-models", number="100000000000")
    assert Counter(place for row in ours for place in set(row.evidence)).keys() == {
        place for row in ours for place in row.evidence
    }
    assert {int(row["parameters"]) for row in ours} == {round(float(text)) for text in theirs["Parameters"]}


def test_models_of_a_developer(engine: Engine, files: Files) -> None:
    frame = files.epoch("notable_ai_models")
    theirs = frame[lists(frame["Organization"], "OpenAI")]
    ours = asked(engine, "models-of", source="epoch-models", organisation="id:openai")
    assert len({row.evidence for row in ours}) == len(theirs) > 30
    assert Counter(row["released"] for row in ours) == Counter(theirs["Publication date"])


def test_models_with_open_weights(engine: Engine, files: Files) -> None:
    frame = files.epoch("notable_ai_models")
    theirs = Counter(frame["Model accessibility"])
    rows = asked(engine, "models-with-open-weights", source="epoch-models")
    ours = Counter({row.evidence: row["access"] for row in rows}.values())
    assert ours["OpenWeights"] == theirs["Open weights (unrestricted)"]
    assert ours["OpenWeightsNonCommercial"] == theirs["Open weights (non-commercial)"]
    assert ours["OpenWeightsRestricted"] == theirs["Open weights (restricted use)"]


def test_models_trained_on_a_chip(engine: Engine, files: Files) -> None:
    frame = files.epoch("notable_ai_models")
    theirs = frame[lists(frame["Training hardware"], "Google TPU v4")]
    ours = asked(engine, "models-trained-on", source="epoch-models", chip="id:google-tpu-v4")
    assert len({row.evidence for row in ours}) == len(theirs) > 10


def test_chips_of_a_maker(engine: Engine, files: Files) -> None:
    frame = files.epoch("ml_hardware")
    theirs = frame[frame["Manufacturer"] == "Huawei"]
    ours = asked(engine, "chips-of", source="epoch-hardware", maker="id:huawei")
    assert len({row.evidence for row in ours}) == len(theirs) > 10
    memory = {float(text) / 1e9 for text in theirs["Memory size per board (Byte)"] if text}
    assert {float(row["memory"]) for row in ours if row["memory"]} == memory


def test_what_depends_on_tsmc(engine: Engine, files: Files) -> None:
    chips = files.epoch("ml_hardware")
    made = set(chips[lists(chips["Foundry"], "TSMC")]["Hardware name"])
    ours = asked(engine, "what-depends-on-foundry", foundry="id:tsmc")
    # One chip stands in the table under two names.
    assert len({row["dependent"] for row in ours if row["kind"] == "Hardware"}) == len(made) - 1 > 80
    models = files.epoch("notable_ai_models")
    parts = models["Training hardware"].str.split(r",(?! )", regex=True)
    trained = models[parts.map(lambda names: any(name.strip() in made for name in names))]
    assert len({row["dependent"] for row in ours if row["kind"] == "Model"}) >= len(trained) * 0.95


def test_figures_of_an_organisation(engine: Engine, files: Files) -> None:
    rows = asked(engine, "figures-of", organisation="id:openai")
    ours = Counter(row["kind"] for row in rows if any(not place.startswith("epoch-ai-rows") for place in row.evidence))
    for kind, name in {"AnnualRevenue": "revenue_reports", "ComputeSpend": "compute_spend"}.items():
        frame = files.epoch(f"ai_companies_{name}")
        assert ours[kind] == (frame["Company"] == "OpenAI").sum()
    staff = files.epoch("ai_companies_staff_reports")
    assert ours["StaffCount"] == ((staff["Company"] == "OpenAI") & (staff["Staff count"] != "")).sum()


def test_funding_rounds_that_were_closed(engine: Engine, files: Files) -> None:
    frame = files.epoch("ai_companies_funding_rounds")
    frame = frame[(frame["Company"] == "Anthropic") & (frame["Status"] == "Closed")]
    ours = asked(engine, "funding-rounds-of", organisation="id:anthropic")
    assert len(ours) == len(frame) > 5
    assert sum(float(row["amount"] or 0) for row in ours) == pd.to_numeric(frame["Funding (equity)"]).sum()


def test_data_centres_with_the_grade_of_each_owner_and_user(engine: Engine, files: Files) -> None:
    frame = files.epoch("data_centers")
    ours = asked(engine, "data-centres-of", source="epoch-data-centers", owner="id:openai")
    users = frame["Users"].str.findall(r"OpenAI #(\w+)").map(lambda found: found[0] if found else "")
    theirs = Counter("Reported" if grade == "speculative" else "Asserted" for grade in users if grade)
    assert Counter(row["standing"] for row in ours if row["role"] == "usedBy") == theirs
    power = dict(zip(frame["Handle"].str.lower().str.replace(" ", "-"), frame["Current power (MW)"], strict=True))
    assert all(float(row["power"]) == float(power[row["site"]]) for row in ours)


def test_milestones_of_a_data_centre(engine: Engine, files: Files) -> None:
    frame = files.epoch("data_center_timelines")
    frame = frame[frame["Data center"] == "Alibaba Zhangbei Zhangjiakou Hebei"]
    ours = asked(engine, "milestones-of", site="id:alibaba-zhangbei-zhangjiakou-hebei")
    assert [float(row["power"]) for row in ours] == [float(text) for text in frame["Power (MW)"]]


def test_acquisitions_in_a_year_and_by_buyer(engine: Engine, files: Files) -> None:
    frame = files.table("acquisitions-wikipedia/acquisitions.tsv", "\t")
    year = frame[frame["date"].str.startswith("2014")]
    ours = asked(engine, "acquisitions-in-year", source="acquisitions-wikipedia", year="2014")
    assert len(ours) == len(year) > 100
    assert sum(float(row["amount"] or 0) for row in ours) == pd.to_numeric(year["value"]).sum()
    buyers = {row["acquirer"]: int(row["acquisitions"]) for row in asked(engine, "acquisitions-by-buyer")}
    assert buyers["oracle"] == (frame["acquired_by"] == "Oracle").sum()


def test_prices_of_a_model(engine: Engine, shared_data: Path) -> None:
    theirs: set[tuple[str, float, float]] = set()
    for path in shared_data.glob("llm-stats/data/providers/*/models.json"):
        for offer in json.loads(path.read_text(encoding="utf-8")):
            if offer["model_id"] == "llama-3.1-405b-instruct":
                prices = (offer[f"{side}_cents_per_million_tokens"] / 100 for side in ("input", "output"))
                theirs.add((offer["provider_id"], *prices))  # type: ignore[arg-type]
    ours = asked(engine, "prices-of-model", model="id:llama-3-1-405b-instruct-meta")
    assert sorted(row[1:] for row in theirs) == sorted((float(row["input"]), float(row["output"])) for row in ours)
    assert len(ours) > 3


def test_where_a_source_is_unlikely_to_be_right(engine: Engine, files: Files) -> None:
    theirs = (files.epoch("gpu_clusters")["Certainty"] == "Unlikely").sum()
    ours = asked(engine, "stated-with-confidence", source="epoch-clusters", confidence="kg:Unlikely")
    assert len({row.evidence for row in ours}) == theirs
    assert {row["standing"] for row in ours} == {"Reported"}
