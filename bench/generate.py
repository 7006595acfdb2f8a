"""A graph of any size in the shape of the real one: few hubs, many leaves, each row with its evidence.

    python -m bench.generate 100000 out.trig

Owners are drawn with a Zipf-like skew, so a few companies own most systems, as in the real lists. Every row of
an invented list is an evidence graph of its own; about one licence in five is only reported.
"""

import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from kg.names import BASE, ID, NS, RDF, RDFS, XSD

SOURCE = BASE + "source/generated"
_TYPE = f"<{RDF}type>"
_KINDS = ("Supercomputer", "Model", "CloudService", "SoftwareProduct")


def statements(count: int, seed: int = 1) -> Iterator[str]:
    """Yield at least `count` canonical N-Quads lines (with line ends), the same for the same seed."""
    draw = random.Random(seed)
    companies = max(10, count // 200)
    made = 0
    yield from _description()
    for row in _rows(draw, companies):
        graph = f"<{SOURCE}#row{made}>"
        for subject, predicate, term in row:
            yield f"<{subject}> {predicate} {term} {graph} .\n"
            made += 1
        if made >= count:
            return


def _description() -> Iterator[str]:
    graph = f"<{SOURCE}>"
    yield f"{graph} {_TYPE} <{NS}Source> {graph} .\n"
    yield f'{graph} <{RDFS}label> "Generated list"@en {graph} .\n'
    yield f'{graph} <{RDFS}label> "Elenco generato"@it {graph} .\n'
    yield f'{graph} <{NS}publisher> "bench/generate.py" {graph} .\n'


def _rows(draw: random.Random, companies: int) -> Iterator[list[tuple[str, str, str]]]:
    for number in range(companies):
        yield _thing(f"company-{number}", "Company", f"Company {number}")
    number = 0
    while True:
        number += 1
        owner = _skewed(draw, companies)
        yield _system(draw, number, owner)
        if number % 5 == 0:
            yield _licence(draw, number, owner, _skewed(draw, companies))


def _skewed(draw: random.Random, size: int) -> int:
    return min(size - 1, int(draw.paretovariate(0.8)) - 1)


def _thing(slug: str, kind: str, label: str) -> list[tuple[str, str, str]]:
    return [
        (ID + slug, _TYPE, f"<{NS}{kind}>"),
        (ID + slug, f"<{RDFS}label>", f'"{label}"@en'),
        (ID + slug, f"<{RDFS}label>", f'"{label}"@it'),
    ]


def _system(draw: random.Random, number: int, owner: int) -> list[tuple[str, str, str]]:
    kind = _KINDS[number % len(_KINDS)]
    row = _thing(f"system-{number}", kind, f"System {number}")
    subject = ID + f"system-{number}"
    row.append((subject, f"<{NS}developedBy>", f"<{ID}company-{owner}>"))
    if number > 4:
        row.append((subject, f"<{NS}runsOn>", f"<{ID}system-{1 + _skewed(draw, number - 1)}>"))
    if kind == "Supercomputer":
        row.append((subject, f"<{NS}rmax>", f'"{draw.randrange(1, 10**6)}.{number % 9 + 1}"^^<{XSD}decimal>'))
        row.append((subject, f"<{NS}cores>", f'"{draw.randrange(1000, 10**7)}"^^<{XSD}integer>'))
    return row


def _licence(draw: random.Random, number: int, licensor: int, licensee: int) -> list[tuple[str, str, str]]:
    subject = ID + f"licence-{number}"
    month = f'"{draw.randrange(2015, 2026)}-{draw.randrange(1, 13):02}"^^<{XSD}gYearMonth>'
    return [
        *_thing(f"licence-{number}", "LicenceAgreement", f"Licence {number}"),
        (subject, f"<{NS}licensor>", f"<{ID}company-{licensor}>"),
        (subject, f"<{NS}licensee>", f"<{ID}company-{licensee}>"),
        (subject, f"<{NS}licensedWork>", f"<{ID}system-{number}>"),
        (subject, f"<{NS}exclusivity>", f"<{NS}NonExclusive>"),
        (subject, f"<{NS}exclusivityCovers>", f"<{NS}UnspecifiedScope>"),
        (subject, f"<{NS}grantKind>", f"<{NS}CommercialLicence>"),
        (subject, f"<{NS}status>", f"<{NS}InForce>"),
        (subject, f"<{NS}start>", month),
    ]


def write(count: int, output: IO[str]) -> None:
    """Write at least `count` statements as N-Quads, which is TriG's line-based sibling."""
    output.writelines(statements(count))


if __name__ == "__main__":
    with Path(sys.argv[2]).open("w", encoding="utf-8") as file:
        write(int(sys.argv[1]), file)
