"""The index of names of another time: made when somebody looks for a name in it, the same as one made from nothing."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from kg.engine.oxigraph import OxigraphEngine
from kg.names import ID, NS, RDF, RDFS, SOURCE
from kg.past import Asked, folder, index
from kg.search import Searcher, index_of, refresh
from kg.store import Store
from tests.history.test_times import grow
from tests.test_search import content

STATEMENTS = [
    *(f'<{ID}{name}> <{RDFS}label> "{name} {word}" <{SOURCE}x#p1>' for name in "abc" for word in ("able", "baker")),
    *(f"<{ID}{name}> <{RDF}type> <{NS}{kind}> <{SOURCE}x#p1>" for name in "ab" for kind in ("Model", "Company")),
    f"<{ID}a> <{NS}runsOn> <{ID}b> <{SOURCE}x#p2>",
]


def found(store: Store, number: int, text: str) -> list[str]:
    known = index(store, folder(store, Asked(as_of=str(number))))
    assert known
    return [hit.iri.removeprefix(ID) for hit in Searcher(known).search(text).hits]


@settings(deadline=None, max_examples=5)
@given(st.lists(st.sets(st.sampled_from(STATEMENTS), min_size=1), min_size=5, max_size=8, unique_by=frozenset))
def test_the_index_of_each_commit_is_the_one_made_from_nothing(states: list[set[str]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        store, anew = Store(Path(name) / "store"), Path(name) / "anew" / "snapshots"
        anew.parent.mkdir()
        grow(store, states)
        for number in range(1, len(states) + 1):
            path = folder(store, Asked(as_of=str(number)))
            known = index(store, path)
            refresh(OxigraphEngine.read_only(path), anew / path.name)
            assert known
            assert sorted(content(known)) == sorted(content(index_of(anew / path.name)))


def test_a_name_is_found_at_the_time_at_which_it_was_borne(tmp_path: Path) -> None:
    store = Store(tmp_path)
    grow(store, [{STATEMENTS[number % 2], STATEMENTS[2]} for number in range(8)])
    assert found(store, 2, "baker") == ["a"]
    assert found(store, 2, "able") == ["b"]
    assert sorted(found(store, 3, "able")) == ["a", "b"]


def test_a_view_is_made_without_an_index_that_nobody_has_asked_for(tmp_path: Path) -> None:
    store = Store(tmp_path)
    grow(store, [{STATEMENTS[number % 2]} for number in range(6)])
    path = folder(store, Asked(as_of="1"))
    assert not index_of(path).file.exists()
    assert found(store, 1, "able") == ["a"]
    assert index_of(path).file.exists()
