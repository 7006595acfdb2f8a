"""The matcher on the pairs that were labelled one by one, read from the real data."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from bench.identity import PAIRS, PRECISION, Judged, chosen, judged, measured
from kg.identity.matching import AUTOMATIC


def test_the_pairs_are_many_and_of_both_labels() -> None:
    with PAIRS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    counts = Counter(row["label"] for row in rows)
    assert set(counts) == {"same", "different"}
    assert min(counts.values()) > 300
    assert all(row["why"] for row in rows)


@pytest.fixture(scope="module")
def pairs(shared_data: Path) -> list[Judged]:
    return judged(shared_data)


def test_automatic_matches_are_right_on_the_half_that_chose_no_threshold(pairs: list[Judged]) -> None:
    precision, recall = measured((one for one in pairs if not one.tuning), AUTOMATIC)
    assert precision >= PRECISION
    assert recall >= 0.9


def test_the_threshold_in_use_is_no_lower_than_the_one_chosen(pairs: list[Judged]) -> None:
    tuning = [one for one in pairs if one.tuning]
    assert chosen(tuning) <= AUTOMATIC
    assert measured(tuning, AUTOMATIC)[0] >= PRECISION
