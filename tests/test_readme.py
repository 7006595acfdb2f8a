"""The README's commands, each really run, in a copy of the checkout with nothing installed.

`make test` and `make check` are not run here, for this is part of the first and CI runs both; what is tested
is that make knows them and what they would start. The port is another than the README's, so that nothing
that listens there is disturbed.
"""

import re
import subprocess
import time
from pathlib import Path

import pytest
from documents import (
    ROOT,
    Block,
    assert_printed,
    blocks,
    clean_environment,
    copy_of_checkout,
    free_port,
    run,
    served,
)

README = ROOT / "README.md"
NOT_RUN_HERE = {"make test": "pytest", "make check": "ruff check"}


SERVED_OR_NOT_RUN = ("make serve", *NOT_RUN_HERE)


def commands_of(block: Block) -> list[str]:
    """Return a block's commands, comments left out; a backslash carries a command on to the next line."""
    lines = re.sub(r"\s+#\s.*", "", block.text).replace("\\\n", "\0").splitlines()
    return [line.replace("\0", "\\\n") for line in lines if line.strip()]


def commands() -> list[str]:
    """Return the README's commands."""
    return [command for block in blocks(README) if block.language == "sh" for command in commands_of(block)]


def test_the_two_commands_come_first() -> None:
    assert commands()[:2] == ["make serve", "make test"]


@pytest.mark.parametrize(("command", "starts"), NOT_RUN_HERE.items())
def test_make_knows_what_is_not_run_here(command: str, starts: str) -> None:
    assert command in commands()
    planned = subprocess.run(
        [*command.split(), "--dry-run"],
        cwd=ROOT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert starts in planned.stdout


@pytest.mark.slow
def test_everything_else_is_run_and_prints_what_is_shown(tmp_path: Path) -> None:
    checkout, port = copy_of_checkout(tmp_path), free_port()
    environment = clean_environment()
    serve = ["make", "serve", f"PORT={port}"]
    with served(serve, checkout, environment, port, wait=300) as said:
        assert f"http://127.0.0.1:{port}/" in said
        assert re.search(r"commit \d+: [\d,]+ statements", said)
        printed = ""
        for block in blocks(README):
            if block.language == "sh":
                script = "\n".join(each for each in commands_of(block) if not each.startswith(SERVED_OR_NOT_RUN))
                printed = run(script.replace(":8080", f":{port}"), checkout, environment)
            elif block.language == "text":
                assert_printed(block.text, printed.replace(f":{port}", ":8080"), README)
    start = time.monotonic()
    with served(serve, checkout, environment, port, wait=30):
        assert time.monotonic() - start < 5, "a second start takes under 2 s on a quiet machine"
    other = free_port()
    elsewhere = ["make", "serve", f"PORT={other}", "STORE=another"]
    with served(elsewhere, checkout, environment, other, wait=60):
        assert (checkout / "another" / "log.sqlite").exists()
