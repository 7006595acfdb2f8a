"""Words that weigh less than others in names, by list, in words.tsv beside this module.

`legal`: legal forms. `small`: articles and the like. `nobody`: what names that name nobody are made of, "Cloud Provider
(B)". `type`: what many organisations share; a name of these alone is no name of one. `loose-…`: what comes and goes in
names of one thing of a kind, and now and then tells two apart. `form`: those of them that are part of a company's full
name, and not the name of a division, as "Research" may be.
"""

import csv
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).with_name("words.tsv")


@cache
def words(name: str) -> frozenset[str]:
    """Return the words of a list; none for a list that is not there."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        lists = {row["list"]: row["words"].split() for row in csv.DictReader(file, delimiter="\t")}
    return frozenset(lists.get(name, ()))
