"""Writes docs/conformance.md from a run of the W3C's suites; leaves it as it is where the suites are not there.

Run as `make docs`. `tests/test_docs.py` fails while the page is not what this script would write.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from w3c import manifest  # noqa: E402
from w3c.run import run  # noqa: E402
from w3c.suites import SUITES, skips  # noqa: E402

PAGE = ROOT / "docs" / "conformance.md"


def main() -> None:
    """Run every test, and write the page if each does what is said of it; exits with the names of those that do not."""
    if not manifest.SUITES.is_dir():
        print(f"No folder {manifest.SUITES}: {PAGE.name} stays as it is.")
        return
    surprises = [test.name for test in tests() if passes(test) == (test.name in skips())]
    if surprises:
        sys.exit(f"These are not as tests/w3c/skips.tsv says: {' '.join(surprises)}")
    PAGE.write_text(page(), encoding="utf-8")


def tests() -> Iterator[manifest.Test]:
    """Yield the tests of all suites."""
    for path in SUITES.values():
        yield from manifest.tests(path)


def passes(test: manifest.Test) -> bool:
    """Run a test, and tell whether it passes."""
    try:
        run(test)
    except AssertionError:
        return False
    return True


def page() -> str:
    """Return the text of the page, as the manifests and the list of skipped tests have it."""
    return "\n".join([*summary(), *reasons()]).rstrip() + "\n"


def summary() -> Iterator[str]:
    """Yield what is tested, and the table of suites."""
    yield from ("# Conformance", "", "Written by `make docs` from a run of the tests; do not edit.", "")
    yield from (
        "The test suites of the W3C (`w3c/rdf-tests`, `w3c/data-shapes`) run on the engine, the parsers, the check and",
        "a running service, by the interfaces that everything else uses. They are not part of this repository:",
        "`tests/w3c/` reads them from the folder that `KG_SUITES` names, else from `../shared/suites`. Of a validation",
        "the whole report is compared: focus nodes, paths, values, components, severities and shapes, each as often as",
        "it comes; queries alone answer it. Not run: entailment regimes, RDF semantics, federated",
        "queries; for the graph store protocol and the service description the suites hold no tests.",
        "",
    )
    known, rows = skips(), list[tuple[str, int, int]]()
    for title, path in SUITES.items():
        names = [test.name for test in manifest.tests(path)]
        rows.append((title, len(names), sum(name in known for name in names)))
    rows.append(("all", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    yield from ("| suite | tests | passed | skipped |", "| --- | ---: | ---: | ---: |")
    for title, total, skipped in rows:
        yield f"| {title} | {total} | {total - skipped} | {skipped} |"


def reasons() -> Iterator[str]:
    """Yield the skipped tests by what they have in common, each with its reason."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, skip in skips().items():
        groups[skip.group].append(f"- `{name}`: {skip.reason}")
    yield from ("", "## What is skipped, and why", "")
    yield from (
        "Each of these fails, and the tests fail if one passes. All are the ways of the engine, pyoxigraph; none has a",
        "mend in front of it that could not break a right query.",
        "",
    )
    for group, lines in groups.items():
        yield from (f"### {group}", "", *lines, "")


if __name__ == "__main__":
    main()
