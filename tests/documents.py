"""What the tests of README and docs share: blocks of text, a copy of the checkout, servers run."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# file: (\S+)\n")


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, what follows the language on the fence, its text."""

    language: str
    info: str
    text: str


def blocks(path: Path) -> list[Block]:
    """Return the fenced blocks of a Markdown file that name a language."""
    return [Block(*match.groups()) for match in _FENCE.finditer(path.read_text(encoding="utf-8"))]


def copy_of_checkout(folder: Path) -> Path:
    """Copy the project, without what a clean clone does not have, and return where it is."""
    target = folder / "checkout"
    nowhere = shutil.ignore_patterns("__pycache__", ".*_cache", "node_modules", "dist")

    def left_out(directory: str, names: list[str]) -> set[str]:
        at_the_top = {".git", ".venv", ".hypothesis", "store"} if Path(directory) == ROOT else set[str]()
        return nowhere(directory, names) | at_the_top

    shutil.copytree(ROOT, target, ignore=left_out)
    return target


def clean_environment(**more: str) -> dict[str, str]:
    """Return the environment without what points back at this checkout or its settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("KG_", "PYTHON", "VIRTUAL_ENV", "MAKE", "MFLAGS"))}
    return kept | more


def environment_with_kg(folder: Path) -> dict[str, str]:
    """Return an environment in which `kg` is this checkout's and its store lies in `folder`."""
    program = folder / "bin" / "kg"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m kg "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    path = os.pathsep.join([str(program.parent), os.environ["PATH"]])
    return clean_environment(PATH=path, PYTHONPATH=str(ROOT), KG_STORE=str(folder / "store"))


def run_through(path: Path, folder: Path, environment: dict[str, str]) -> None:
    """Do in `folder` what a document says: write its files, run its commands, compare what they print.

    A block that begins with `# file: NAME` is a file. A `sh` block is run; `exit=1` on its fence says
    how it ends. A `text` block is what the block before it printed.
    """
    printed = ""
    for block in blocks(path):
        named = _FILE.match(block.text)
        if named:
            (folder / named[1]).write_text(block.text, encoding="utf-8")
        elif block.language == "sh":
            ends = re.search(r"exit=(\d+)", block.info)
            printed = run(block.text, folder, environment, expected=int(ends[1]) if ends else 0)
        elif block.language == "text":
            assert_printed(block.text, printed, path)


def run(script: str, folder: Path, environment: dict[str, str], expected: int = 0) -> str:
    """Run shell commands and return all that they printed; asserts how they end."""
    ended = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
    assert ended.returncode == expected, f"{script}\nended with {ended.returncode}:\n{ended.stdout}"
    return ended.stdout


def assert_printed(said: str, printed: str, path: Path) -> None:
    """Assert that what a document says was printed is there, line by line, in that order, blanks aside.

    A line `...` stands for lines left out, and `...` at a line's end for its rest.
    """
    rest = [" ".join(line.split()) for line in printed.splitlines()]
    for line in said.splitlines():
        wanted = " ".join(line.split())
        start = wanted.removesuffix("...")
        found = [n for n, real in enumerate(rest) if real == wanted or (start != wanted and real.startswith(start))]
        assert found or not wanted, f"{path.name} says that this is printed next:\n{line}\nbut:\n{printed}"
        rest = rest[found[0] + 1 :] if start else rest


def free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(command: Sequence[str], folder: Path, environment: dict[str, str], port: int, wait: float) -> Iterator[str]:
    """Run a command that serves, give what it printed once /health/ready answers, and end it by its process id."""
    log = folder / f"served-{port}.txt"
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + wait
        while not _healthy(port):
            said = log.read_text()
            assert process.poll() is None, f"{command} ended with {process.returncode}:\n{said}"
            assert time.monotonic() < deadline, f"{command} does not answer after {wait} s:\n{said}"
            time.sleep(0.05)
        yield log.read_text()
    finally:
        process.terminate()
        process.wait(timeout=30)


def _healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def fetch(port: int, path: str, accept: str = "text/html") -> str:
    """Return what the server answers at a path."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()
