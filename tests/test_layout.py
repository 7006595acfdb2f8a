"""The layout's rules: sizes, names, and what has no place in Python strings."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (".ci", "bench", "data", "docs", "frontend", "kg", "ontology", "server", "shapes", "tests")
NOT_OURS = {"__pycache__", "node_modules", "dist", "generated", "reference", "resources"}
TEXT = {".css", ".html", ".js", ".lock", ".md", ".py", ".rq", ".svg", ".toml", ".trig", ".ttl", ".txt", ""}
SIZED = {".css", ".html", ".js", ".py", ".rq", ".svg", ".ttl"}
SIZE_FREE = {"data", "ontology"}  # facts and terms are as many as they are
MOST_LINES = 300
MOST_FUNCTION_LINES = 40
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "common", "misc"}
OXIGRAPH_IMPORTERS = {"kg/rdf.py", "kg/engine/oxigraph.py"}

SPARQL = re.compile(
    r"\b(?:SELECT|ASK|CONSTRUCT|DESCRIBE|INSERT|DELETE)\b[^;]*?\{"
    r"|\bPREFIX\s+\w*:\s*<"
    r"|\bGRAPH\s+[?<]"
    r"|\bFILTER\s*(?:\(|NOT|EXISTS)"
)
HTML = re.compile(
    r"</?(?:html|head|body|div|span|p|a|table|tr|td|th|ul|ol|li|dl|dt|dd|h[1-6]|form|input|button|script"
    r"|style|link|meta|pre|code|section|nav|main|em|strong|b|i|br|hr|svg|img)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
MACHINE_PATH = re.compile(r"(?<![\w.~}>-])/(?:home|root|tmp|work|Users|opt|var)/\w")


def our_files() -> list[Path]:
    """Return the files that are written by hand: those of our folders and those at the top."""
    files = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]  # a file in a worktree
    for folder in FOLDERS:
        files += (path for path in ROOT.joinpath(folder).rglob("*") if path.is_file())
    return sorted(path for path in files if not NOT_OURS & set(path.relative_to(ROOT).parts))


FILES = our_files()
PYTHON = [path for path in FILES if path.suffix == ".py"]
PROGRAM = [path for path in PYTHON if "tests" not in path.relative_to(ROOT).parts]
"""Tests may hold a query to send, and a tag to look for; the program may not."""


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def strings(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and text of each string that the program uses: f-strings joined, docstrings left out."""
    inner = {id(part) for node in ast.walk(module) if isinstance(node, ast.JoinedStr) for part in node.values}
    prose = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    for node in ast.walk(module):
        if id(node) in inner | prose:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            yield node.lineno, "…".join(str(p.value) for p in node.values if isinstance(p, ast.Constant))


def found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name(path)}:{line}: {text.strip()[:60]!r}"
        for path in PROGRAM
        for line, text in strings(tree(path))
        if pattern.search(text)
    ]


def test_the_walk_sees_the_program() -> None:
    assert "kg/names.py" in {name(path) for path in PROGRAM}


def test_files_are_short() -> None:
    long = {}
    for path in FILES:
        if path.suffix in SIZED and path.relative_to(ROOT).parts[0] not in SIZE_FREE:
            lines = len(path.read_text(encoding="utf-8").splitlines())
            if lines > MOST_LINES:
                long[name(path)] = lines
    assert not long


def test_functions_are_short() -> None:
    long = {}
    for path in PYTHON:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > MOST_FUNCTION_LINES:
                    long[f"{name(path)}:{node.lineno} {node.name}"] = lines
    assert not long


def test_every_module_has_a_name_that_says_something() -> None:
    assert not [name(path) for path in FILES if EMPTY_NAMES & {path.stem, path.parent.name}]


def test_no_sparql_in_python_strings() -> None:
    assert not found(SPARQL), "Queries have files of their own, in kg/queries/"


def test_no_html_in_python_strings() -> None:
    assert not found(HTML), "HTML has files of its own, in server/templates/"


@pytest.mark.parametrize(
    "text", ["SELECT ?x WHERE { ?x a kg:Model }", "ASK { ?s ?p ?o }", "GRAPH ?g { }", "PREFIX kg: <x>"]
)
def test_sparql_is_recognised(text: str) -> None:
    assert SPARQL.search(text)


@pytest.mark.parametrize("text", ["SELECT number FROM commits", "Ask {work} again", "INSERT INTO t VALUES (?)"])
def test_sql_and_prose_are_not_sparql(text: str) -> None:
    assert not SPARQL.search(text)


@pytest.mark.parametrize("text", ["<b>bold</b>", '<a href="/">home', "<br/>"])
def test_html_is_recognised(text: str) -> None:
    assert HTML.search(text)


@pytest.mark.parametrize("text", ["<https://w3id.org/atlante/>", "a < b > c", "<iri>", "<{iri}>"])
def test_iris_are_not_html(text: str) -> None:
    assert not HTML.search(text)


def test_no_path_of_one_machine() -> None:
    places = [
        f"{name(path)}:{number}"
        for path in FILES
        if path.suffix in TEXT and path.name != Path(__file__).name
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert not places


def test_locks_have_hashes_and_no_address() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text, f"{lock.name} names an address"
        for requirement in re.split(r"\n(?=\S)", text.strip()):
            assert "--hash=sha256:" in requirement, f"{lock.name}: {requirement.splitlines()[0]} has no hash"


def test_pyoxigraph_has_two_importers() -> None:
    importers = set()
    for path in PROGRAM:
        for node in ast.walk(tree(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(module.split(".")[0] == "pyoxigraph" for module in names):
                importers.add(name(path))
    assert {path for path in importers if path.startswith(("kg/", "server/"))} <= OXIGRAPH_IMPORTERS
