"""Other times: the graph as of a commit, from what was published by a day, with what was in force on a day."""

import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from history.worlds import everything, kg
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import BadInput
from kg.log import Draft
from kg.names import ID, NS, SOURCE, STANDING, XSD
from kg.past import Asked, folder, reader
from kg.patch import Patch
from kg.store import Store

STATEMENTS = [
    *(f"<{ID}{name}> <{NS}runsOn> <{ID}c> <{SOURCE}{slug}#p1>" for name in "ab" for slug in "xy"),
    f"<{ID}a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{NS}Model> <{SOURCE}x#p1>",
    f"<{SOURCE}x#p1> <{STANDING}> <{NS}Reported> <{SOURCE}x>",
]
HELD = "SELECT ?who { ?licence kg:licensedWork id:gpt-3 ; kg:licensee ?who }"
pasts = st.lists(st.sets(st.sampled_from(STATEMENTS), min_size=1), min_size=1, max_size=6)


def grow(store: Store, states: Sequence[set[str]]) -> None:
    """Bring an empty store through the states, a commit and a snapshot for each."""
    before = set[str]()
    for state in states:
        store.log.append(store.log.head(), [Draft("tests", "a change", SOURCE, "", "", Patch.between(before, state))])
        with store.writer():
            pass
        before = state


def on(day: str) -> Asked:
    return Asked(valid_on=day)


def seen(store: Store, asked: Asked) -> set[str]:
    with reader(store, asked) as (engine, _):
        return {str(quad) for quad in engine.quads()}


def licensees(store: Path, *times: str) -> list[str]:
    told = json.loads(kg(store, "query", HELD, "--format", "json", *times).stdout)
    return [row["who"]["value"].removeprefix(ID) for row in told["results"]["bindings"]]


@settings(deadline=None, max_examples=5)
@given(pasts, st.data())
def test_the_view_at_a_commit_is_the_replay_of_the_log_up_to_it(states: list[set[str]], data: st.DataObject) -> None:
    number = data.draw(st.integers(1, len(states)))
    kept = data.draw(st.sets(st.integers(1, len(states))))
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        whole, replayed = Store(Path(one)), Store(Path(other))
        grow(whole, states)
        grow(replayed, states[:number])
        for path in (whole.directory / "snapshots").iterdir():
            if int(path.name) not in {*kept, len(states)}:
                shutil.rmtree(path)
        assert seen(whole, Asked(as_of=str(number))) == everything(replayed)


def test_a_commit_whose_snapshot_is_gone_is_seen_as_it_was(tmp_path: Path) -> None:
    store = Store(tmp_path)
    grow(store, [{STATEMENTS[number % 4]} for number in range(6)])
    assert not (tmp_path / "snapshots" / "000002").exists()
    assert STATEMENTS[1] in seen(store, Asked(as_of="2"))
    assert STATEMENTS[2] not in seen(store, Asked(as_of="2"))


def test_no_more_views_are_kept_than_the_setting_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_VIEWS_KEPT", "2")
    store = Store(tmp_path)
    grow(store, [{STATEMENTS[number % 4]} for number in range(7)])
    for number in (1, 2, 1, 3):
        kept = folder(store, Asked(as_of=str(number)))
    homes = {path.name[:6] for path in (tmp_path / "views").iterdir() if path.is_dir()}
    assert kept.is_dir()
    assert homes == {"000001", "000003"}


def test_a_view_that_was_half_made_is_made_anew(tmp_path: Path) -> None:
    store = Store(tmp_path)
    grow(store, [{STATEMENTS[number % 4]} for number in range(6)])
    (tmp_path / "views" / "new" / "snapshots" / "000002").mkdir(parents=True)
    assert STATEMENTS[1] in seen(store, Asked(as_of="2"))


@pytest.mark.parametrize(
    ("asked", "where", "what"),
    [
        (Asked(as_of="99"), "as-of", "there is no commit 99"),
        (Asked(as_of="0"), "as-of", "there is no commit 0"),
        (Asked(as_of="1999-01-01"), "as-of", "before the first commit"),
        (Asked(as_of="yesterday"), "as-of", "neither a commit nor a time"),
        (Asked(known_by="2020"), "known-by", "is no date"),
        (Asked(valid_on="2020-02-30"), "valid-on", "is no date"),
    ],
)
def test_times_that_cannot_be_had_are_refused_in_words(tmp_path: Path, asked: Asked, where: str, what: str) -> None:
    store = Store(tmp_path)
    grow(store, [{STATEMENTS[0]}])
    with pytest.raises(BadInput, match=what) as told:
        folder(store, asked)
    assert told.value.where == where
    assert told.value.repair


def test_a_time_stands_for_the_last_commit_up_to_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    grow(store, [{STATEMENTS[0]}, {STATEMENTS[1]}])
    last = store.log.commits()[-1].time
    for text in (last, last.replace("+00:00", "Z"), last[:10], "2999-01-01"):
        assert folder(store, Asked(as_of=text)).name == "000002"


def test_who_held_a_licence_is_asked_for_a_day_and_for_what_was_known_by_a_day(
    tmp_path: Path, built_store: Path
) -> None:
    store = Path(shutil.copytree(built_store, tmp_path / "store", symlinks=True))
    assert licensees(store) == ["microsoft"]
    assert licensees(store, "--valid-on", "2020-10-01") == ["microsoft"]
    assert licensees(store, "--valid-on", "2020-09-22") == ["microsoft"]
    assert licensees(store, "--valid-on", "2020-09-21") == licensees(store, "--valid-on", "2019-01-01") == []
    assert licensees(store, "--known-by", "2020-09-22") == ["microsoft"]
    assert licensees(store, "--known-by", "2020-09-21", "--valid-on", "2020-10-01") == []


def test_on_a_day_only_what_was_in_force_is_seen(tmp_path: Path) -> None:
    store, post = Store(tmp_path), f"<{ID}a> <{NS}runsOn> <{ID}c> <{SOURCE}x#p1>"
    days = {"start": "2020-03-01", "end": "2020-12-31"}
    grow(store, [{post, *(f'<{ID}a> <{NS}{name}> "{day}"^^<{XSD}date> <{SOURCE}x#p1>' for name, day in days.items())}])
    held = {day for day in ("2020-02-29", "2020-03-01", "2020-12-31", "2021-01-01") if post in seen(store, on(day))}
    assert held == {"2020-03-01", "2020-12-31"}


@pytest.mark.parametrize(
    ("says", "first"),
    [
        ({"announcedOn": "2020"}, "2020-01-01"),
        ({"announcedOn": "2020-03"}, "2020-03-01"),
        ({"announcedOn": "2020-03-02", "end": "2020-12-31"}, "2020-03-02"),
        ({"announcedOn": "2020-03-02", "start": "2019-12-01"}, "2019-12-01"),
        ({"announcedOn": "2020-03-02", "start": "2021"}, "2021-01-01"),
    ],
)
def test_what_has_no_first_day_is_in_force_from_its_announcement(
    tmp_path: Path, says: dict[str, str], first: str
) -> None:
    store, deal = Store(tmp_path), f"<{ID}a> <{NS}licensee> <{ID}c> <{SOURCE}x#p1>"
    kinds = {4: "gYear", 7: "gYearMonth", 10: "date"}
    dates = {f'<{ID}a> <{NS}{name}> "{day}"^^<{XSD}{kinds[len(day)]}> <{SOURCE}x#p1>' for name, day in says.items()}
    grow(store, [{deal, *dates}])
    before = (date.fromisoformat(first) - timedelta(days=1)).isoformat()
    assert [deal in seen(store, on(day)) for day in (before, first)] == [False, True]


def test_the_commands_that_read_take_times(tmp_path: Path, built_store: Path) -> None:
    store = Path(shutil.copytree(built_store, tmp_path / "store", symlinks=True))
    assert "Microsoft" in kg(store, "ask", "who licenses GPT-3?", "--as-of", Store(store).version()).stdout
    assert kg(store, "ask", "who licenses GPT-3?", "--as-of", "1").exit_code == 1
    assert kg(store, "show", "gpt-3", "--known-by", "2000-01-01").exit_code == 1
    assert "gpt-3" not in kg(store, "export", "--known-by", "2000-01-01").stdout
    assert "gpt-3" in kg(store, "export").stdout


def test_a_history_ends_with_the_commit_of_the_time_that_is_asked_for(store: Store) -> None:
    name = "microsoft-gpt-3-licence"
    whole = kg(store, "show", name, "--history").stdout
    numbers = [int(number) for number in re.findall(r"^commit (\d+),", whole, re.MULTILINE)]
    for number in (numbers[0], numbers[-1] - 1, numbers[-1]):
        told = kg(store, "show", name, "--history", "--as-of", number).stdout
        assert [int(one) for one in re.findall(r"^commit (\d+),", told, re.MULTILINE)] == [
            one for one in numbers if one <= number
        ]
        assert whole.startswith(told)
    early = kg(store, "show", name, "--history", "--as-of", numbers[0] - 1)
    assert (early.exit_code, "nothing was said of" in early.output) == (1, True)


@pytest.mark.parametrize("option", ["--known-by", "--valid-on"])
def test_a_history_is_told_of_the_whole_graph(store: Store, option: str) -> None:
    told = kg(store, "show", "gpt-3", "--history", option, "2020-10-01")
    assert told.exit_code == 2
    assert "what changed is told of the whole graph" in told.output
