"""docs/operations.md: its commands run, its table of metrics is whole, its unit is one that systemd takes."""

import json
import os
import re
import shutil
import subprocess
import time
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from documents import ROOT, environment_with_kg, free_port, run_through, served
from running import serving

PAGE = ROOT / "docs" / "operations.md"
UNIT = ROOT / "docs" / "operations" / "atlante.service"

pytestmark = pytest.mark.slow


def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    run_through(PAGE, tmp_path, environment_with_kg(tmp_path))
    metrics = (tmp_path / "metrics.txt").read_text()
    given = set(re.findall(r"^# HELP (\w+)", metrics, re.MULTILINE))
    listed = set(re.findall(r"^\| `(atlante_\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert {name.removesuffix("_total") for name in given} <= listed
    assert listed - {name.removesuffix("_total") for name in given} <= {"atlante_limits_hit", "atlante_clients_left"}


def test_the_errors_that_the_page_quotes_are_those_of_the_program() -> None:
    program = " ".join(
        " ".join(path.read_text(encoding="utf-8").split())
        for folder in ("kg", "server")
        for path in (ROOT / folder).rglob("*.py")
    )
    quoted = re.findall(r"\"([^\"]+)\"", PAGE.read_text(encoding="utf-8").partition("## When something is wrong")[2])
    assert quoted
    for text in quoted:
        assert all(part in program for part in text.split(" ... ")), text


def test_two_servers_on_one_store_count_for_themselves_and_name_its_commit(tmp_path: Path) -> None:
    environment = environment_with_kg(tmp_path)
    with ExitStack() as stack:
        addresses: list[str] = []
        for _ in range(2):
            port = free_port()
            command = ["kg", "serve", "--port", str(port)]
            stack.enter_context(served(command, tmp_path, environment, port, 120))
            addresses.append(f"http://127.0.0.1:{port}")
            assert httpx.get(f"{addresses[0]}/sparql", params={"query": f"ASK {{}} # {port}"}).status_code == 200
        counted = [httpx.get(f"{address}/metrics").text for address in addresses]
        commit = httpx.get(f"{addresses[0]}/health/ready").json()["commit"]
    asked = 'atlante_requests_total{route="sparql",status="200"} '
    assert asked + "2.0" in counted[0]
    assert asked not in counted[1]
    for metrics in counted:
        assert f"atlante_commit {float(commit)}" in metrics


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd-analyze")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    text = UNIT.read_text(encoding="utf-8").replace("User=atlante\n", "")
    copy = tmp_path / UNIT.name
    copy.write_text(text.replace("/srv/atlante/.venv/bin/kg", "/bin/true"), encoding="utf-8")
    ended = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True)
    assert (ended.returncode, UNIT.name in ended.stderr) == (0, False), ended.stderr


def test_the_access_log_goes_on_after_it_was_copied_and_cut(built_store: Path) -> None:
    with serving(built_store) as service:
        for path in ("/page/gpt-3", "/page/openai"):
            httpx.get(service.address + path)
            time.sleep(0.5)
            lines = [json.loads(line) for line in service.access.read_text(encoding="utf-8").splitlines()]
            assert lines[-1]["path"] == path
            os.truncate(service.access, 0)
