"""`kg query --evidence`: the evidence of each row on the command line."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from kg.cli import cli

LICENSEES = "SELECT DISTINCT ?who { ?l kg:licensedWork id:gpt-3 ; kg:licensee ?who }"


def query(*arguments: str, store: Path) -> Result:
    """Run `kg query --evidence` in this process."""
    return CliRunner().invoke(cli, ["query", "--evidence", *arguments], env={"KG_STORE": str(store)})


def test_query_names_the_evidence_of_each_row(built_store: Path) -> None:
    heading, _, row = query(LICENSEES, store=built_store).stdout.splitlines()
    assert heading.split() == ["who", "evidence"]
    assert row.split()[0] == "id:microsoft"
    assert "ihal-microsoft-supercomputers#p8, p10;" in row
    told = json.loads(query(LICENSEES, "--format", "json", store=built_store).stdout)
    assert {place["place"] for place in told["evidence"][0]} >= {"p8", "p10"}
    no_place = query("SELECT ?x { VALUES ?x { 1 } }", store=built_store).stdout
    assert "no triple of the graph took part in it" in no_place


def test_evidence_goes_with_rows_and_into_formats_that_have_room(built_store: Path) -> None:
    for arguments in ([LICENSEES, "--format", "xml"], [LICENSEES, "--format", "turtle"], ["ASK {}"]):
        result = query(*arguments, store=built_store)
        assert (result.exit_code, result.stdout) == (2, "")
