"""Writes docs/reference/ from the code: commands, settings, routes, questions, rules, terms.

Run as `make docs`. `tests/test_docs.py` fails while a page is not what this script would write.
"""

import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kg.ask.questions import questions as named_questions  # noqa: E402
from kg.cli import cli  # noqa: E402
from kg.imports import built_in as import_kinds  # noqa: E402
from kg.imports.mapping import read as read_mapping  # noqa: E402
from kg.infer import rules as rule_files  # noqa: E402
from kg.names import NS, PREFIXES, RDF, RDFS, shorten  # noqa: E402
from kg.paths import ontology_files, shapes_files  # noqa: E402
from kg.rdf import FORMATS, Literal, NamedNode, parse  # noqa: E402
from kg.settings import SETTINGS  # noqa: E402
from kg.writing.mending import mended_by  # noqa: E402
from server import create_app  # noqa: E402
from server.front import OWN_ROUTES  # noqa: E402

OWL = "http://www.w3.org/2002/07/owl#"
WIDTH = 100
NOTE = "Written by `make docs` from the code; do not edit.\n"

Facts = dict[str, dict[str, list[NamedNode | Literal]]]

_HEADERS = ("# reads:", "# given:", "# schema:")


def main() -> None:
    """Write every page of the reference."""
    folder = ROOT / "docs" / "reference"
    folder.mkdir(exist_ok=True)
    for name, text in pages().items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Return the text of each page by its name."""
    made = {
        "commands": commands(),
        "settings": settings(),
        "routes": routes(),
        "questions": questions(),
        "rules": rules(),
        "terms": terms(),
        "imports": imports(),
    }
    return {name: "\n".join(lines).rstrip() + "\n" for name, lines in made.items()}


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield "| " + " | ".join(columns) + " |"
    yield "|" + " --- |" * len(columns)
    for row in rows:
        yield "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) + " |"
    yield ""


def commands() -> Iterator[str]:
    """Yield the help of `kg` and of each of its commands."""
    yield from ("# Commands", "", NOTE)
    top = click.Context(cli, info_name="kg", terminal_width=WIDTH, max_content_width=WIDTH, **cli.context_settings)
    yield from ("```text", cli.get_help(top), "```", "")
    for name in cli.list_commands(top):
        command = cli.get_command(top, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=top)
        yield from (f"## kg {name}", "", "```text", command.get_help(context), "```", "")
        if isinstance(command, click.Group):
            for inner in command.list_commands(context):
                one = command.get_command(context, inner)
                assert one is not None
                below = click.Context(one, info_name=inner, parent=context)
                yield from (f"## kg {name} {inner}", "", "```text", one.get_help(below), "```", "")


def settings() -> Iterator[str]:
    """Yield the table of settings."""
    yield from ("# Settings", "", NOTE)
    yield from ("Each is an environment variable; a command's option comes before it.", "")
    rows = [(f"`{one.variable}`", f"`{one.default}`", one.help) for one in SETTINGS.values()]
    yield from table(("variable", "default", "what it does"), rows)


def routes() -> Iterator[str]:
    """Yield the table of the server's routes, each with the first line that its view says of itself."""
    yield from ("# Routes", "", NOTE)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Path(folder))
    own = {path: ("GET POST" if path == "/sparql" else "GET", view.__doc__) for path, view in OWN_ROUTES.items()}
    pages = {
        rule.rule: (" ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})), view.__doc__)
        for rule in app.url_map.iter_rules()
        if (view := app.view_functions.get(rule.endpoint)) and rule.endpoint != "static"
    }
    rows = [(f"`{path}`", methods, first_line(said)) for path, (methods, said) in sorted({**pages, **own}.items())]
    yield from table(("path", "methods", "answer"), rows)


def first_line(text: str | None) -> str:
    """Return the first paragraph of a docstring as one line."""
    return " ".join((text or "").strip().partition("\n\n")[0].split())


def questions() -> Iterator[str]:
    """Yield the named questions: what is asked, the phrasings, the parameters."""
    yield from ("# Questions", "", NOTE)
    yield from ('`kg ask "..."` matches these phrasings; the server has them under `/questions/`.', "")
    for question in named_questions().values():
        yield from (f"## {question.name}", "", question.sentence["en"], "", question.sentence["it"], "")
        for language, phrasings in question.phrasings.items():
            yield f"- {language}: " + "; ".join(f"`{phrasing}`" for phrasing in phrasings)
        for param in question.params:
            yield f"- `{{{param.name}}}`: {param.help} (`{shorten(param.kind)}`)"
        if question.example:
            example = " ".join(f"{name}={value}" for name, value in question.example.items())
            yield f"- example: `{example}`"
        yield ""


def imports() -> Iterator[str]:
    """Yield each kind of table with what it is, the names of its files, where to get them and on which terms."""
    yield from ("# Tables that can be imported", "", NOTE)
    yield from ("[Importing](../importing.md) tells how. Atlante ships none of these files.", "")
    for kind, mappings in import_kinds().items():
        yield from (f"## {kind}", "")
        for path in mappings:
            mapping = read_mapping(path)
            yield f"- {mapping.about}"
            yield f"  - files: {', '.join(f'`{name}`' for name in mapping.source.files)}"
            yield f"  - from: {mapping.source.fetch}"
            yield f"  - terms: {mapping.source.terms}"
        yield ""


def rules() -> Iterator[str]:
    """Yield the rules that data must keep, with what mends a write; then each inference rule, and its text."""
    yield from ("# Rules", "", NOTE)
    yield from ("## Rules that data must keep", "")
    yield from (
        "A service has them in words at `/rules`. A Violation keeps a change out; the answer to a refused write has a",
        "patch to send instead where the rule leaves one way to mend it.",
        "",
    )
    yield from table(("rule", "severity", "how the patch mends it"), kept_rules())
    yield from ("## Rules of inference", "")
    for path in rule_files():
        text = path.read_text(encoding="utf-8")
        lines = text.splitlines()
        comment = [line.lstrip("# ") for line in lines if line.startswith("#") and not line.startswith(_HEADERS)]
        body = [line for line in lines if not line.startswith("#")]
        yield from (f"### {path.stem}", "", " ".join(comment).replace("<", "\\<"), "", "```sparql", *body, "```", "")


def kept_rules() -> list[tuple[str, str, str]]:
    """Return name and severity of each rule that data must keep, and how it mends a write."""
    found: set[tuple[str, str, str]] = set()
    for facts in (shape for path in shapes_files() for shape in facts_of(path).values()):
        for rule in facts.get(NS + "ruleId", []):
            severity = facts[PREFIXES["sh"] + "severity"][0].value.removeprefix(PREFIXES["sh"])
            found.add((f"`{rule.value}`", severity, mended_by(rule.value) or "none"))
    return sorted(found)


def terms() -> Iterator[str]:
    """Yield the ontology's terms by module: classes, properties, individuals."""
    yield from ("# Terms", "", NOTE)
    yield from (f"The namespace is `{NS}`, prefix `kg:`.", "")
    for path in ontology_files():
        facts = facts_of(path)
        yield from (f"## {path.stem}", "")
        groups: dict[str, list[tuple[str, ...]]] = {"class": [], "property": [], "individual": []}
        for iri in sorted(facts):
            if iri.startswith(NS):
                kind = kind_of(facts[iri])
                groups[kind].append((f"`{shorten(iri)}`", *described(facts[iri], kind)))
        columns = ("Italian label", "definition", "questions")
        extra = {"class": "under", "property": "from → to, unit", "individual": "of"}
        for kind, rows in groups.items():
            if rows:
                yield from table((kind, extra[kind], *columns), rows)


def facts_of(path: Path) -> Facts:
    """Return what an ontology module says, by subject and predicate."""
    facts: Facts = defaultdict(lambda: defaultdict(list))
    for quad in parse(path.read_bytes(), FORMATS["turtle"], where=str(path)):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            facts[quad.subject.value][quad.predicate.value].append(quad.object)
    return facts


def kind_of(facts: dict[str, list[NamedNode | Literal]]) -> str:
    """Tell a class, a property and an individual apart by their types."""
    types = {node.value for node in facts.get(RDF + "type", [])}
    if types & {OWL + "Class", RDFS + "Class"}:
        return "class"
    return "property" if any(kind.endswith("Property") for kind in types) else "individual"


def described(facts: dict[str, list[NamedNode | Literal]], kind: str) -> tuple[str, ...]:
    """Return the cells that follow a term's name."""
    if kind == "class":
        place = names(facts, RDFS + "subClassOf")
    elif kind == "property":
        ends = [names(facts, RDFS + end) or "anything" for end in ("domain", "range")]
        more = {"in": names(facts, NS + "unit"), "under": names(facts, RDFS + "subPropertyOf")}
        place = ", ".join([" → ".join(ends), *(f"{word} {name}" for word, name in more.items() if name)])
    else:
        place = names(facts, RDF + "type", without=OWL + "NamedIndividual")
    asked = ", ".join(sorted(node.value for node in facts.get(NS + "competencyQuestion", [])))
    return (place, text(facts, RDFS + "label", "it"), text(facts, RDFS + "comment", "en"), asked)


def names(facts: dict[str, list[NamedNode | Literal]], predicate: str, without: str = "") -> str:
    """Return the short names of a property's values."""
    values = sorted(node.value for node in facts.get(predicate, []) if node.value != without)
    return ", ".join(f"`{shorten(value)}`" for value in values)


def text(facts: dict[str, list[NamedNode | Literal]], predicate: str, language: str) -> str:
    """Return a property's text in one language."""
    values = facts.get(predicate, [])
    return next((v.value for v in values if isinstance(v, Literal) and v.language == language), "")


if __name__ == "__main__":
    main()
