"""The command line: results on standard output, messages on standard error, exit codes for scripts."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from kg.cli import cli
from kg.errors import QueryTimeout
from kg.names import ID, NS

ROOT = Path(__file__).resolve().parent.parent
LICENSEES = "SELECT DISTINCT ?who { ?l kg:licensedWork id:gpt-3 ; kg:licensee ?who }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
COMMANDS = [
    *("serve", "build", "import", "stats", "check", "ask", "show", "path", "query", "export", "identity"),
    *("log", "diff", "blame", "revert", "verify", "backup", "restore"),
]


def kg(*arguments: str | Path, store: Path | None = None, stdin: str | None = None) -> Result:
    """Run a command in this process."""
    environment = {"KG_STORE": str(store)} if store else {}
    return CliRunner().invoke(cli, list(map(str, arguments)), env=environment, input=stdin)


def process(*arguments: str, **options: object) -> subprocess.Popen[bytes]:
    """Start a command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    command = [sys.executable, "-m", "kg", *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)  # type: ignore[call-overload]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_tells_about_itself_with_an_example(command: str) -> None:
    result = kg(command, "--help")
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"kg {command}" in result.stdout.partition("Example")[2]


def test_help_lists_every_command_and_the_exit_codes() -> None:
    result = kg("--help")
    assert all(f"\n  {command} " in result.stdout for command in COMMANDS)
    assert "Exit codes" in result.stdout


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["query"], ["export", "--format", "docx"], ["build", "absent.ttl"]]
)
def test_wrong_usage_exits_with_2_and_says_nothing_on_stdout(arguments: list[str]) -> None:
    result = kg(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Error" in result.stderr


def test_an_empty_store_says_how_to_fill_it(tmp_path: Path) -> None:
    result = kg("show", "gpt-3", store=tmp_path / "none")
    assert result.exit_code != 0
    assert result.stdout == ""
    assert "error: " in result.stderr
    assert "kg build" in result.stderr
    assert not (tmp_path / "none").exists()


def test_query_answers_on_stdout_in_the_format_asked_for(built_store: Path) -> None:
    lines = kg("query", LICENSEES, store=built_store).stdout.splitlines()
    assert lines == ["who", "------------", "id:microsoft"]
    answers = {
        syntax: kg("query", LICENSEES, "--format", syntax, store=built_store)
        for syntax in ("json", "xml", "csv", "tsv")
    }
    assert all((answer.exit_code, answer.stderr) == (0, "") for answer in answers.values())
    microsoft = "https://w3id.org/atlante/id/microsoft"
    assert json.loads(answers["json"].stdout)["results"]["bindings"] == [{"who": {"type": "uri", "value": microsoft}}]
    assert ElementTree.fromstring(answers["xml"].stdout) is not None
    assert answers["csv"].stdout_bytes.decode() == f"who\r\n{microsoft}\r\n"
    assert answers["tsv"].stdout == f"?who\n<{microsoft}>\n"


def test_query_takes_a_file_and_standard_input(built_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "licensees.rq"
    file.write_text(LICENSEES)
    expected = kg("query", LICENSEES, store=built_store).stdout
    assert kg("query", f"@{file}", store=built_store).stdout == expected
    absent = kg("query", f"@{tmp_path / 'absent.rq'}", store=built_store)
    assert (absent.exit_code, absent.stdout) == (2, "")


def test_query_gives_triples_and_truth(built_store: Path) -> None:
    construct = "CONSTRUCT { id:gpt-3 kg:heldBy ?who } { ?l kg:licensedWork id:gpt-3 ; kg:licensee ?who }"
    for syntax in ("turtle", "ntriples", "jsonld"):
        assert NS + "heldBy" in kg("query", construct, "--format", syntax, store=built_store).stdout.replace("kg:", NS)
    assert kg("query", "ASK { id:gpt-3 ?p ?o }", store=built_store).stdout == "true\n"
    assert "subject" in kg("query", construct, store=built_store).stdout


def test_a_format_that_does_not_fit_is_refused(built_store: Path) -> None:
    result = kg("query", LICENSEES, "--format", "turtle", store=built_store)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "csv" in result.stderr


def test_a_wrong_query_exits_with_2(built_store: Path) -> None:
    result = kg("query", "SELECT ?x { ?x", store=built_store)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ")
    assert "Traceback" not in result.stderr


def test_a_query_without_end_is_stopped(built_store: Path) -> None:
    start = time.monotonic()
    result = kg("query", ENDLESS, "--timeout", "0.5", store=built_store)
    assert result.exit_code == QueryTimeout.exit_code == 4
    assert time.monotonic() - start < 10
    assert result.stdout == ""


def test_output_files_are_whole_or_not_there(built_store: Path, tmp_path: Path) -> None:
    file = tmp_path / "answer.csv"
    file.write_text("before")
    assert kg("query", ENDLESS, "--timeout", "0.2", "-o", file, store=built_store).exit_code == 4
    assert file.read_text() == "before"
    result = kg("query", LICENSEES, "--format", "csv", "-o", file, store=built_store)
    assert (result.exit_code, result.stdout) == (0, "")
    assert file.read_text().startswith("who")
    assert [path.name for path in tmp_path.iterdir()] == ["answer.csv"]


def test_export_chooses_by_the_ending(built_store: Path, tmp_path: Path) -> None:
    for name, start in {
        "a.ttl": "@prefix",
        "a.trig": "@prefix",
        "a.nt": "<",
        "a.jsonld": "[",
        "a.graphml": "<?xml",
    }.items():
        assert kg("export", "-o", tmp_path / name, store=built_store).exit_code == 0
        assert (tmp_path / name).read_text().startswith(start)
    assert kg("export", store=built_store).stdout == (tmp_path / "a.ttl").read_text()
    assert kg("export", "--what", "evidence", store=built_store).stdout == (tmp_path / "a.trig").read_text()
    refused = kg("export", "--what", "evidence", "--format", "turtle", store=built_store)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "trig" in refused.stderr


def test_show_tells_what_is_said_and_where(built_store: Path) -> None:
    result = kg("show", "gpt-3", store=built_store)
    assert result.exit_code == 0
    assert result.stdout.startswith("GPT-3  (id:gpt-3)")
    assert "ihal-microsoft-supercomputers#p8" in result.stdout
    for name in ("GPT-3", "id:gpt-3", "https://w3id.org/atlante/id/gpt-3"):
        assert kg("show", name, store=built_store).stdout == result.stdout


def test_show_keeps_what_is_not_asserted_apart(built_store: Path) -> None:
    asserted, _, superseded = kg("show", "voyager-eus2-gpus", store=built_store).stdout.partition("\nSuperseded")
    assert "2112 " in asserted
    assert "21120 " not in asserted
    assert "21120 " in superseded
    assert "superseded by" in superseded
    assert "\nSuperato" in kg("show", "voyager-eus2-gpus", "--lang", "it", store=built_store).stdout


def test_what_is_not_there_exits_with_1(built_store: Path) -> None:
    result = kg("show", "nothing-of-the-kind", store=built_store)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "nothing-of-the-kind" in result.stderr


def test_path_shows_each_step_with_its_evidence(built_store: Path) -> None:
    result = kg("path", "Microsoft", "nvidia", "-k", "2", store=built_store)
    assert result.exit_code == 0
    assert result.stdout.startswith("1. Microsoft - ")
    assert "\n2. Microsoft - " in result.stdout
    assert "top500-2021-11#row" in result.stdout


def test_ask_answers_in_two_languages(built_store: Path) -> None:
    english = kg("ask", "who licenses GPT-3?", store=built_store)
    italian = kg("ask", "chi ha in licenza GPT-3?", store=built_store)
    assert (english.exit_code, italian.exit_code) == (0, 0)
    for result in (english, italian):
        assert "OpenAI" in result.stdout
        assert "Microsoft" in result.stdout
        assert "ihal-microsoft-supercomputers#p8" in result.stdout
        assert "https://www.theverge.com/2020/9/22/" in result.stdout


def test_ask_says_what_it_does_not_understand(built_store: Path) -> None:
    result = kg("ask", "who licences GPT-3?", store=built_store)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "who licenses GPT-3" in result.stderr


def test_ask_tells_which_values_it_understood(built_store: Path) -> None:
    result = kg("ask", "what did Microsoft's systems look like in each list since 2021", store=built_store)
    assert "owner: Microsoft; year: 2021" in result.stderr


def test_log_lists_and_shows(built_store: Path) -> None:
    listed = kg("log", "-n", "2", store=built_store).stdout.splitlines()
    assert len(listed) == 4
    assert len(json.loads(kg("log", "-n", "2", "--format", "json", store=built_store).stdout)) == 2
    patch = kg("log", "1", store=built_store).stdout
    assert patch.startswith("TX .\nA <")
    assert patch.endswith("TC .\n")
    assert kg("log", "9999", store=built_store).exit_code == 1


def test_build_tells_on_stderr_and_a_second_one_does_nothing(tmp_path: Path) -> None:
    file = tmp_path / "mine.ttl"
    file.write_text("<https://example.org/a> <https://example.org/b> <https://example.org/c> .")
    store = tmp_path / "store"
    first = kg("build", file, store=store)
    assert (first.exit_code, first.stdout) == (0, "")
    assert "src:mine" in first.stderr
    assert "nothing changed" in kg("build", file, store=store).stderr
    file.write_text("not turtle")
    broken = kg("build", file, store=store)
    assert broken.exit_code == 2
    assert f"{file}:1" in broken.stderr


def test_check_reports_and_exits_with_1(tmp_path: Path) -> None:
    good = kg("check")
    assert good.exit_code == 0
    file = tmp_path / "bad.ttl"
    file.write_text("<https://w3id.org/atlante/id/x> <https://w3id.org/atlante/ns#noSuchTerm> 1 .")
    bad = kg("check", file)
    assert bad.exit_code == 1
    assert str(file) in bad.stdout
    assert json.loads(kg("check", file, "--format", "json").stdout)
    assert "sh:" in kg("check", file, "--format", "turtle").stdout


def test_a_reader_that_goes_away_is_no_error(built_store: Path) -> None:
    with process("export", "--what", "evidence", "--store", str(built_store)) as running:
        assert running.stdout
        assert running.stderr
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 141


def test_ctrl_c_ends_cleanly(built_store: Path) -> None:
    with process("query", ENDLESS, "--timeout", "60", "--store", str(built_store)) as running:
        time.sleep(1.5)
        running.send_signal(signal.SIGINT)
        _, messages = running.communicate(timeout=20)
    assert running.returncode == 130
    assert messages.decode().strip() == "interrupted"


def test_serve_refuses_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = kg("serve", "--port", str(taken.getsockname()[1]), store=tmp_path / "store")
    assert result.exit_code == 2
    assert "--port" in result.stderr
    assert not (tmp_path / "store").exists()


def test_ask_for_programs(built_store: Path) -> None:
    answer = json.loads(kg("ask", "who licenses GPT-3?", "--format", "json", store=built_store).stdout)
    assert answer["values"] == {"work": ID + "gpt-3"}
    assert {"value": ID + "openai", "label": "OpenAI"} in [row["who"] for row in answer["rows"]]
    assert all(row["evidence"] for row in answer["rows"])
    same = json.loads(kg("query", answer["sparql"], "--format", "json", store=built_store).stdout)
    assert {row["who"]["value"] for row in same["results"]["bindings"]} == {ID + "openai", ID + "microsoft"}
    lines = kg("ask", "who licenses GPT-3?", "--format", "csv", store=built_store).stdout.splitlines()
    assert lines[0].endswith(",evidence")
    assert answer["sparql"].strip() in kg("ask", "who licenses GPT-3?", "--sparql", store=built_store).stdout


def test_a_name_spelled_wrongly_is_suggested_not_guessed(built_store: Path) -> None:
    result = kg("show", "nvida", store=built_store)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "NVIDIA" in result.stderr
    assert kg("show", "Nuànce", store=built_store).stdout == kg("show", "nuance", store=built_store).stdout


def test_an_access_log_that_cannot_be_written_is_told_before_anything_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_ACCESS_LOG", str(tmp_path / "absent" / "access.log"))
    result = kg("serve", "--port", "18093", store=tmp_path / "store")
    assert result.exit_code == 2
    assert "the access log cannot be written" in result.stderr
    assert "KG_ACCESS_LOG" in result.stderr
    assert not (tmp_path / "store").exists()
