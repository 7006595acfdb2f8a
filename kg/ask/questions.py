"""Named questions: SPARQL files whose header says what is asked, in which words, with which parameters.

    # question: Who owns something?            a sentence in English
    # domanda: Chi possiede qualcosa?          the same in Italian
    # en: who owns {thing} | ...               phrasings, a place for each parameter
    # it: chi possiede {thing} | ...
    # param thing: kg:Entity - what is owned | ciò che è posseduto     name, class or datatype, help in both languages
    # example: thing=id:nuance
    # card: 1 kg:Company       if things of a class show the answer on their page: in which place, and the class

Parameters are variables of the query, bound by the engine. The column `evidence` holds one evidence graph a row.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kg.names import XSD, expand, shorten
from kg.paths import query_dir

LANGUAGES = ("en", "it")


@dataclass(frozen=True)
class Param:
    """A parameter: its variable, the IRI of its class or XSD datatype, and what it stands for, in both languages."""

    name: str
    kind: str
    help: str
    italian: str = ""

    def help_in(self, language: str) -> str:
        """Return what it stands for, in a language (en, it)."""
        return self.italian or self.help if language == "it" else self.help

    @property
    def is_literal(self) -> bool:
        """Whether the parameter takes a literal, not a thing."""
        return self.kind.startswith(XSD)


@dataclass(frozen=True)
class Question:
    """A named question: its sentence and phrasings by language, parameters, example values, and SPARQL text.

    `card` is the IRI of the class whose things show the answer on their page, "" for none, and `place` where; such a
    question has one parameter, a thing.
    """

    name: str
    sentence: dict[str, str]
    phrasings: dict[str, list[str]]
    params: list[Param]
    example: dict[str, str]
    sparql: str
    card: str = ""
    place: int = 0

    def with_values(self, values: dict[str, str]) -> str:
        """Return the query's text for values of its parameters, given as in its example."""
        return self.with_terms({param.name: term_text(values[param.name], param.kind) for param in self.params})

    def with_terms(self, terms: dict[str, str]) -> str:
        """Return the query's text with its parameters as data, to be run anywhere the prefixes are known.

        `terms` are SPARQL terms (`id:gpt-3`, `<...>`, `"2021-05-01"^^xsd:date`) by parameter.
        """
        body = "\n".join(line for line in self.sparql.splitlines() if not line.startswith("#"))
        if not self.params:
            return body
        names = " ".join(f"?{param.name}" for param in self.params)
        row = " ".join(terms[param.name] for param in self.params)
        return body.replace("WHERE {", f"WHERE {{\n  VALUES ({names}) {{ ({row}) }}", 1)


@lru_cache(maxsize=1)
def questions() -> dict[str, Question]:
    """Return the named questions by name, in the order of their names."""
    return {path.stem: read(path) for path in sorted((query_dir() / "questions").glob("*.rq"))}


@lru_cache(maxsize=1)
def column_names() -> dict[str, dict[str, str]]:
    """Return the heading of each column that questions have, by language."""
    lines = (query_dir() / "questions" / "columns.tsv").read_text(encoding="utf-8").splitlines()
    return {name: {"en": en, "it": it} for name, en, it in (line.split("\t") for line in lines)}


def read(path: Path) -> Question:
    """Return the question that a file holds; raises KeyError where its header lacks a line."""
    text = path.read_text(encoding="utf-8")
    header: dict[str, str] = {}
    params: list[Param] = []
    for key, value in re.findall(r"^# ([\w ]+): ?(.*)$", text, re.MULTILINE):
        if key.startswith("param "):
            kind, _, help = value.partition(" - ")
            english, _, italian = help.partition(" | ")
            params.append(Param(key.removeprefix("param "), expand(kind), english, italian))
        else:
            header[key] = value
    return Question(
        name=path.stem,
        sentence={"en": header["question"], "it": header["domanda"]},
        phrasings={language: re.split(r"\s*\|\s*", header[language]) for language in LANGUAGES},
        params=params,
        example=dict(pair.split("=", 1) for pair in header["example"].split()),
        sparql=text,
        card=expand(header["card"].split()[1]) if "card" in header else "",
        place=int(header["card"].split()[0]) if "card" in header else 0,
    )


def term_text(value: str, kind: str) -> str:
    """Return a parameter's value as a SPARQL term: a name for a thing, a typed literal otherwise."""
    return f'"{value}"^^{shorten(kind)}' if kind.startswith(XSD) else shorten(expand(value))
