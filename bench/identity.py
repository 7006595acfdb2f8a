"""`python -m bench.identity`: how often the matcher is right, on pairs of the shared data labelled one by one.

The threshold is chosen on one half of the pairs and reported on the other; decisions that people keep are not used.
Pairs stand in tests/identity/pairs.tsv, the data in the folder that KG_DATA names, else ../shared/data.
"""

import csv
import os
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.identity_records import records
from kg.identity.matching import AUTOMATIC, Pair, compare

ROOT = Path(__file__).resolve().parent.parent
PAIRS = ROOT / "tests" / "identity" / "pairs.tsv"
PRECISION = 0.99
"""What the threshold is chosen for: of a hundred automatic merges at most one may be wrong."""


@dataclass(frozen=True)
class Judged:
    """A labelled pair: what the matcher says of it, whether it is one thing, why the label says so."""

    pair: Pair
    same: bool
    why: str

    @property
    def tuning(self) -> bool:
        """Whether it is in the half that the threshold is chosen on; a hash of the names decides."""
        return zlib.crc32(f"{self.pair.left.iri} {self.pair.right.iri}".encode()) % 2 == 0


def judged(folder: Path) -> list[Judged]:
    """Return the labelled pairs with their scores; raises KeyError for a pair whose record the data do not have."""
    known = records(folder)
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return [
            Judged(
                compare(
                    known[row["kind"], row["left_source"], row["left_name"]],
                    known[row["kind"], row["right_source"], row["right_name"]],
                ),
                row["label"] == "same",
                row["why"],
            )
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def measured(found: Iterable[Judged], threshold: float) -> tuple[float, float]:
    """Return precision and recall of taking every pair for one thing that scores at least the threshold."""
    counts = Counter((one.pair.score >= threshold, one.same) for one in found)
    right, wrong, missed = counts[True, True], counts[True, False], counts[False, True]
    return right / (right + wrong or 1), right / (right + missed or 1)


def chosen(found: Iterable[Judged]) -> float:
    """Return the least threshold, in steps of a hundredth, at which the precision is `PRECISION` or better."""
    pairs = list(found)
    return next(step / 100 for step in range(101) if measured(pairs, step / 100)[0] >= PRECISION)


def main() -> None:
    """Print the threshold, precision and recall on both halves, and every pair that is judged wrongly."""
    folder = Path(os.environ.get("KG_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        print(f"identity: skipped, there is no folder {folder}; set KG_DATA to the folder of shared data")
        return
    pairs = judged(folder)
    halves = {name: [one for one in pairs if one.tuning == tuning] for name, tuning in (("tuning", 1), ("other", 0))}
    print(f"identity: {len(pairs)} labelled pairs, {sum(one.same for one in pairs)} of them the same")
    print(f"threshold chosen on the tuning half: {chosen(halves['tuning']):.2f}; in use: {AUTOMATIC:.2f}")
    for name, half in halves.items():
        precision, recall = measured(half, AUTOMATIC)
        print(f"{name:>7} half, {len(half)} pairs: precision {precision:.3f}, recall {recall:.3f}")
    for kind in sorted({one.pair.left.kind for one in pairs}):
        own = [one for one in pairs if one.pair.left.kind == kind]
        precision, recall = measured(own, AUTOMATIC)
        print(f"{kind:>12}, {len(own)} pairs: precision {precision:.3f}, recall {recall:.3f}")
    for one in sorted(pairs, key=lambda one: -one.pair.score):
        if (one.pair.score >= AUTOMATIC) != one.same:
            label = "same, not found" if one.same else "different, taken for the same"
            print(f"  {one.pair.score:.3f} {label}: {one.pair.left.iri} | {one.pair.right.iri} ({one.why})")


if __name__ == "__main__":
    main()
