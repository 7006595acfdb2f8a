"""The report of a check: its results, as text for people, JSON for programs, Turtle for SHACL tools."""

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from kg import rdf
from kg.names import NS, PREFIXES, RDF, XSD, locator_of, shorten, source_of

SEVERITIES = ("Violation", "Warning", "Info")
"""From worst to least; a Violation alone keeps a change out of the log."""

_SHOWN = {"Violation": 100, "Warning": 25, "Info": 10}
"""Results of one rule that the text shows; the rest are counted."""

_WORDS = {
    "en": {
        "Violation": ("violation", "violations"),
        "Warning": ("warning", "warnings"),
        "Info": ("note", "notes"),
        "more": "and {} more of [{}]; --format json shows all",
        "none": "Nothing to report.",
    },
    "it": {
        "Violation": ("violazione", "violazioni"),
        "Warning": ("avviso", "avvisi"),
        "Info": ("nota", "note"),
        "more": "e altri {} di [{}]; --format json li mostra tutti",
        "none": "Nulla da segnalare.",
    },
}
_SH = PREFIXES["sh"]
_DATATYPE = re.compile(r"\^\^<([^<>]*)>$")


@dataclass(frozen=True)
class Result:
    """One thing that a rule finds.

    `severity` is one of SEVERITIES; `focus` and `path` are IRIs; `value` is a term as N-Triples; `shape` and
    `component` are the IRIs of the constraint in the shapes and of its kind (SHACL, section 3.6.2). `file` and
    `line` say where it stands, if that is known.
    """

    rule: str
    severity: str
    focus: str
    path: str | None
    value: str | None
    message_en: str
    message_it: str
    shape: str | None
    component: str
    file: str | None = None
    line: int | None = None

    def at(self, file: str, line: int) -> "Result":
        """Return the result with its place."""
        return replace(self, file=file, line=line)

    def message(self, language: str) -> str:
        """Return the message in "it" or, for any other language, English."""
        return self.message_it if language == "it" else self.message_en


@dataclass(frozen=True)
class Report:
    """The results of a check, worst first."""

    results: list[Result]

    @property
    def has_violations(self) -> bool:
        """Tell whether a rule is broken: `kg check` then exits with 1, and `kg build` refuses the change."""
        return any(result.severity == "Violation" for result in self.results)

    @property
    def conforms(self) -> bool:
        """Tell whether no rule is broken; warnings and notes may stand."""
        return not self.has_violations

    def count(self, severity: str) -> int:
        """Return the number of results of a severity."""
        return sum(1 for result in self.results if result.severity == severity)

    def to_text(self, language: str = "en") -> str:
        """Return the report for people, in "en" or "it": a paragraph for each result, then the counts."""
        words = _WORDS["it" if language == "it" else "en"]
        if not self.results:
            return f"{words['none']}\n"
        paragraphs: list[str] = []
        for severity in SEVERITIES:
            results = [result for result in self.results if result.severity == severity]
            if results:
                paragraphs.append(words[severity][1].capitalize())
                paragraphs += _paragraphs(results, language, str(words["more"]))
        counts = [f"{n} {words[s][0 if n == 1 else 1]}" for s in SEVERITIES if (n := self.count(s))]
        return "\n\n".join([*paragraphs, ", ".join(counts)]) + "\n"

    def to_json(self) -> str:
        """Return the report as JSON: `conforms`, `counts`, and `results` with the fields of Result."""
        results: list[dict[str, object]] = []
        for result in self.results:
            fields: dict[str, object] = asdict(result)
            fields["message"] = {"en": fields.pop("message_en"), "it": fields.pop("message_it")}
            results.append(fields)
        counts = {severity: self.count(severity) for severity in SEVERITIES}
        return json.dumps(
            {"conforms": self.conforms, "counts": counts, "results": results}, ensure_ascii=False, indent=2
        )

    def to_turtle(self) -> str:
        """Return the report as a sh:ValidationReport in Turtle, each result with its kg:ruleId.

        `sh:conforms` is true only where there is no result at all, warnings and notes included (SHACL, 3.6.1.1).
        """
        output = io.BytesIO()
        rdf.serialize(_triples(self.results), rdf.FORMATS["turtle"], output)
        return output.getvalue().decode()


def readable(term: str) -> str:
    """Return a term in N-Triples as people read it: IRIs and datatypes shortened, evidence as `src:<slug>#<place>`."""
    if term.startswith("<"):
        source, place = source_of(term[1:-1]), locator_of(term[1:-1])
        return f"{shorten(source)}#{place}" if source and place else shorten(term[1:-1])
    return _DATATYPE.sub(lambda match: "^^" + shorten(match[1]), term)


def _paragraphs(results: list[Result], language: str, more: str) -> Iterator[str]:
    seen: Counter[str] = Counter()
    for result in results:
        seen[result.rule] += 1
        if seen[result.rule] <= _SHOWN[result.severity]:
            place = f"{_near(result.file)}:{result.line} " if result.file else ""
            yield f"{place}{readable(f'<{result.focus}>')}  [{result.rule}] {result.message(language)}"
    for rule, number in seen.items():
        if number > _SHOWN[results[0].severity]:
            yield more.format(number - _SHOWN[results[0].severity], rule)


def _near(file: str) -> str:
    """Return a path as seen from the working directory where it lies below it."""
    path, here = Path(file), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else file


def _triples(results: list[Result]) -> Iterator[rdf.Triple]:
    report = rdf.BlankNode("report")
    boolean = rdf.NamedNode(XSD + "boolean")
    a = rdf.NamedNode(RDF + "type")
    yield rdf.Triple(report, a, _sh("ValidationReport"))
    yield rdf.Triple(report, _sh("conforms"), rdf.Literal("false" if results else "true", datatype=boolean))
    for number, result in enumerate(results, 1):
        node = rdf.BlankNode(f"result{number}")
        yield rdf.Triple(report, _sh("result"), node)
        yield rdf.Triple(node, a, _sh("ValidationResult"))
        yield from (rdf.Triple(node, predicate, term) for predicate, term in _parts(result))


def _parts(result: Result) -> Iterator[tuple[rdf.NamedNode, rdf.Term]]:
    yield rdf.NamedNode(NS + "ruleId"), rdf.Literal(result.rule)
    yield _sh("resultSeverity"), _sh(result.severity)
    yield _sh("focusNode"), rdf.NamedNode(result.focus)
    if result.path:
        yield _sh("resultPath"), rdf.NamedNode(result.path)
    if result.value:
        yield _sh("value"), _term(result.value)
    yield _sh("sourceConstraintComponent"), rdf.NamedNode(result.component)
    if result.shape:
        yield _sh("sourceShape"), rdf.NamedNode(result.shape)
    yield _sh("resultMessage"), rdf.Literal(result.message_en, language="en")
    yield _sh("resultMessage"), rdf.Literal(result.message_it, language="it")


def _sh(name: str) -> rdf.NamedNode:
    return rdf.NamedNode(_SH + name)


def _term(value: str) -> rdf.Term:
    quad = next(iter(rdf.parse_statements([f"<urn:x> <urn:x> {value}"])))
    return rdf.parts(quad.triple)[2]
