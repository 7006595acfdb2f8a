"""docs/operations.md: its commands run, its table of metrics is whole, its unit is one that systemd takes."""

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from documents import ROOT, environment_with_kg, run_through
from running import serving

PAGE = ROOT / "docs" / "operations.md"
UNIT = ROOT / "docs" / "operations" / "atlante.service"

pytestmark = pytest.mark.slow


def test_the_page_does_what_it_says(tmp_path: Path) -> None:
    run_through(PAGE, tmp_path, environment_with_kg(tmp_path))
    given = set(re.findall(r"^# HELP (\w+)", (tmp_path / "metrics.txt").read_text(), re.MULTILINE))
    listed = set(re.findall(r"^\| `(atlante_\w+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert {name.removesuffix("_total") for name in given} <= listed
    assert listed - {name.removesuffix("_total") for name in given} <= {"atlante_limits_hit", "atlante_clients_left"}


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
