"""What the evidence of each row costs: the example queries of the query page, without and with it.

Run as `python -m bench.evidence [STORE]`; the store is `store` where none is named.
"""

import sys
from pathlib import Path
from typing import cast

from bench.measure import cpu_of
from kg.engine import Engine, Solutions
from kg.evidence import FIRST_ROWS, evidence_of
from kg.paths import query_dir
from kg.store import Store


def main() -> None:
    """Print a table row for each query: its rows, CPU milliseconds without and with evidence, and how many times."""
    with Store(Path(sys.argv[1] if len(sys.argv) > 1 else "store")).reader() as (engine, _):
        for path in sorted(query_dir().glob("pages/examples/*.rq")):
            text = path.read_text(encoding="utf-8")
            if "SELECT" in text:
                _compare(engine, text)


def _compare(engine: Engine, text: str) -> None:
    def plain() -> tuple[list[str], list[tuple]]:
        answer = cast(Solutions, engine.query(text))
        return answer.variables, list(answer)

    def supported() -> None:
        variables, rows = plain()
        evidence_of(engine, text, variables, rows[:FIRST_ROWS])

    without, with_evidence = cpu_of(plain, 5), cpu_of(supported, 3)
    title = text.partition("\n")[0].removeprefix("# ")
    rows = len(plain()[1])
    times = with_evidence / without
    print(f"| {title} | {rows:,} | {1000 * without:.1f} | {1000 * with_evidence:.1f} | {times:.1f} |")


if __name__ == "__main__":
    main()
