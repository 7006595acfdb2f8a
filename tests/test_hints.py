"""What the error of a query says, and what is told of one that holds: unknown names, products, what empties it."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.engine import Engine, groups, guard, hints, tokens, unknown
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import QueryError
from kg.paths import query_dir

# Those of shacl/ and engine/ are queries, or parts of updates, only when their names are filled in.
QUERIES = sorted(path for path in query_dir().rglob("*.rq") if not {"shacl", "engine"} & set(path.parts))


def explained(query: str) -> hints.Syntax:
    with pytest.raises(QueryError) as raised:
        OxigraphEngine.in_memory().query(query)
    return hints.explain_syntax(query, raised.value.what)


@pytest.mark.parametrize(
    ("query", "line", "column", "token", "what", "hint"),
    [
        ("", 1, 1, "", "is empty", "SELECT"),
        ("SELECT * {\n ?s ?p ?o", 1, 10, "{", "not closed", "`}`"),
        ("SELECT * { ?s ?p ?o\n FILTER(?o > 1 }", 2, 8, "(", "not closed", "`)`"),
        ("SELECT * { ?s ?p ?o } }", 1, 23, "}", "closes nothing", "Delete"),
        ("SELEC * { ?s ?p ?o }", 1, 1, "SELEC", "`SELEC` is not expected", "SELECT?"),
        ("SELECT * { ?s ?p ?o FILTR(?o > 1) }", 1, 21, "FILTR", "`FILTR` is not expected", "FILTER?"),
        ("SELECT ?s WHRE { ?s ?p ?o }", 1, 11, "WHRE", "not expected", "WHERE?"),
        ("SELECT * { FILTER(regx(?o, 'a')) }", 1, 19, "regx", "not expected", "REGEX?"),
        ("SELECT * { ?s ?p ?o } bla", 1, 23, "bla", "not expected", "prefix"),
        ("SELECT * { ?s nope:x ?o }", 1, 15, "nope:x", "prefix nope: is not declared", "Declare nope:"),
        ("SELECT * { ?s skoss:x ?o }", 1, 15, "skoss:x", "not declared", "skos:"),
        ("SELECT * { ?s dbo:x ?o }", 1, 15, "dbo:x", "not declared", "PREFIX dbo: <http://dbpedia.org/ontology/>"),
        ('SELECT * { ?s ?p "abc }', 1, 18, '"abc }', "string that begins here is not closed", "Close it"),
        ("SELECT * { ?s ?p “abc” }", 1, 18, "“", "typographic", 'Write "'),
        ("SELECT * {\u00a0?s ?p ?o }", 1, 11, "\u00a0", "U+00A0", "space"),
        ("SELECT * { ?s a kg:Model ?s rdfs:label ?l }", 1, 26, "?s", "not expected", "`.`"),
        ("SELECT * { ?s a }", 1, 17, "}", "not complete", "object"),
        ("SELECT * { ?s a kg:Model, }", 1, 27, "}", "missing", "Complete"),
        ("SELECT * WHERE ?s ?p ?o", 1, 10, "WHERE", "`{` is missing", "`{`"),
        ("SELECT ?s, ?p { ?s ?p ?o }", 1, 10, ",", "not expected", "spaces"),
        ("SELECT ?s COUNT(?o) { ?s ?p ?o }", 1, 11, "COUNT", "outside brackets", "AS ?name"),
        ("SELECT { ?s ?p ?o }", 1, 1, "SELECT", "what to select", "variables"),
        ("SELECT * { ?s ?p ?o FILTER(?o == 1) }", 1, 31, "=", "`==`", "`=`"),
        ("SELECT * { ?s ?p ?o FILTER ?o > 1 }", 1, 21, "FILTER", "outside brackets", "( condition )"),
        ("SELECT * { ?s ?p ?o } LIMIT", 1, 23, "LIMIT", "whole number", "10"),
        ("SELECT ?x ?x { ?x ?y ?z }", 1, 26, "", "name of another", "once"),
        ("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }", 1, 41, "", "neither grouped", "GROUP BY"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", 1, 34, "", "does not go with GROUP BY", "Name"),
    ],
)
def test_a_syntax_error_is_explained(query: str, line: int, column: int, token: str, what: str, hint: str) -> None:
    told = explained(query)
    assert (told.line, told.column, told.token) == (line, column, token)
    assert what in told.what
    assert hint in told.hint


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?a ?b ?c ?d { ?a ?b ?c ; ?d ?e ORDERED }",
        "SELECT * { VALUES ?x { 1 2 3 4 5 } ?s ?p (1 2 3 4 5) . [] ?a ?b ; . ORDERED }",
        "DESCRIBE kg:a kg:b kg:c kg:d { ?s kg:a/kg:b ?o ; a 'x'@en ORDERED }",
    ],
)
def test_what_is_right_is_not_blamed(query: str) -> None:
    assert explained(query).token == "ORDERED"


def test_undeclared_prefixes_are_named() -> None:
    query = "PREFIX mine: <http://x/> SELECT * { mine:a nope:b kg:c . ?s a other:d ; rdfs:label 'no:x' . _:b ?p ?o }"
    assert hints.undeclared_prefixes(query) == ["nope", "other"]


def test_the_token_at_a_place() -> None:
    query = "SELECT *\n{ ?s kg:a 'x' }"
    assert [hints.token_at(query, *place) for place in ((1, 1), (2, 4), (2, 5), (2, 10), (3, 1))] == [
        "SELECT",
        "?s",
        "kg:a",
        "'x'",
        "",
    ]


def test_the_place_is_taken_from_the_message() -> None:
    assert hints.place_of("error at 2:17: expected one of x") == (2, 17)
    assert hints.without_place("error at 2:17: expected one of x") == "expected one of x"
    assert hints.place_of("no place") is None


def test_unknown_names_are_told_with_the_nearest(engine: Engine) -> None:
    query = (
        "SELECT * {\n id:opennai kg:grantsLicenseOn ?x . <https://w3id.org/atlante/id/gtp-3> a kg:Model, rdfs:Nope }"
    )
    told = {each.name: each for each in unknown.unknown_terms(query, engine)}
    assert list(told) == ["id:opennai", "kg:grantsLicenseOn", "<https://w3id.org/atlante/id/gtp-3>"]
    assert told["id:opennai"].nearest[0] == "id:openai"
    assert told["kg:grantsLicenseOn"].nearest[0] == "kg:grantsLicenceOn"
    assert told["<https://w3id.org/atlante/id/gtp-3>"].nearest[0] == "id:gpt-3"
    assert (told["id:opennai"].line, told["id:opennai"].column) == (2, 2)


def test_a_prefix_of_the_client_is_no_name_of_atlante(engine: Engine) -> None:
    assert (
        unknown.unknown_terms("PREFIX id: <http://x/> BASE <https://w3id.org/atlante/id/> ASK { id:a ?p ?o }", engine)
        == []
    )


@pytest.mark.parametrize("path", QUERIES, ids=[path.stem for path in QUERIES])
def test_the_queries_of_the_tree_are_no_products(path: Path) -> None:
    assert groups.disconnected(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("query", "parts"),
    [
        ("SELECT ?a ?c { ?a a kg:Model . ?b kg:x ?c ; kg:y 'd' }", ["?a a kg:Model", "?b kg:x ?c ; kg:y 'd'"]),
        ("ASK { ?a a ?t . ?b a ?u FILTER(?a = ?b) }", ["?a a ?t", "?b a ?u"]),
        ("ASK { GRAPH ?g { ?a ?b ?c } { ?d ?e ?f } }", ["GRAPH ?g { ?a ?b ?c }", "{ ?d ?e ?f }"]),
        ("CONSTRUCT { ?a kg:x ?b } WHERE { ?a a kg:A . ?b a kg:A }", ["?a a kg:A", "?b a kg:A"]),
    ],
)
def test_a_product_is_told(query: str, parts: list[str]) -> None:
    ((*told,),) = groups.disconnected(query)
    assert [part.text for part in told] == parts


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?a kg:x id:gpt-3 . ?b kg:y id:gpt-3 }",
        "SELECT * { ?a a kg:A . ?b a kg:B BIND(CONCAT(?a, ?b) AS ?c) }",
        "SELECT * { ?a a kg:A . ?b a kg:B . OPTIONAL { ?a kg:x ?b } }",
        "SELECT * { VALUES (?a ?b) { (1 2) } ?x kg:x ?a . ?y kg:x ?b }",
        "SELECT * { ?a kg:x ?b FILTER EXISTS { ?a a ?t . ?b a ?u } }",
        "SELECT * { ?a kg:x ?b OPTIONAL { ?a a ?t . ?b a ?u } }",
        "SELECT * { { SELECT ?a { ?a a ?t } } ?b a ?u }",
        "SELECT * { ?a kg:x _:m . _:m kg:y ?b . id:a kg:b id:c }",
    ],
)
def test_what_may_be_joined_is_no_product(query: str) -> None:
    assert groups.disconnected(query) == []


def asks(engine: Engine) -> Callable[[str], bool]:
    return lambda text: bool(engine.query(text))


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("SELECT * { ?s a kg:Organisation ; kg:noSuchThing ?x . ?x ?y ?z }", "kg:noSuchThing ?x"),
        ("PREFIX x: <http://x/> ASK { ?s a kg:Organisation . OPTIONAL { ?s x:y ?z } ?s x:a ?b }", "?s x:a ?b"),
        ("SELECT ?s { FILTER(?l = 'nobody') ?s a kg:Organisation ; rdfs:label ?l }", "FILTER(?l = 'nobody')"),
        ("SELECT ?s FROM <http://nowhere/> { ?s ?p ?o }", "?s ?p ?o"),
        ("CONSTRUCT { ?s ?p 1 } WHERE { { ?s a kg:X } UNION { ?s a kg:Y } }", "{ ?s a kg:X } UNION { ?s a kg:Y }"),
        ("SELECT * { SELECT ?s { ?s a kg:Nothing } }", "SELECT ?s { ?s a kg:Nothing }"),
    ],
)
def test_the_part_that_leaves_nothing_is_told(engine: Engine, query: str, part: str) -> None:
    told = groups.emptied_by(query, asks(engine))
    assert told
    assert told.text == part


@pytest.mark.parametrize("query", ["", "SELECT * { ?s ?p ?o } LIMIT 0", "SELECT * {", "SELECT * { ?s nope:x ?o }"])
def test_no_part_is_told_where_none_can_be(engine: Engine, query: str) -> None:
    assert groups.emptied_by(query, asks(engine)) is None


PIECES = r"""
SELECT ASK CONSTRUCT WHERE FILTER OPTIONAL VALUES BIND UNION GRAPH MINUS SERVICE EXISTS FROM PREFIX LIMIT a
{ } ( ) [ ] << >> {| |} . ; , < > = ! && || ^ / ?x ?y kg:a id:b no:c <http://x/> <a'b> 'x "y" ''\'z 1 -2.5e3 @en # “ \
"""
SOME = st.lists(st.sampled_from([*PIECES.split(), "\n", '"""']))


@given(st.one_of(st.text(), SOME.map(" ".join), SOME.map("".join)))
def test_no_text_makes_them_fail(text: str) -> None:
    engine = OxigraphEngine.in_memory()
    found = tokens.tokens(text)
    assert [text[token.offset : token.end] for token in found] == [token.text for token in found]
    hints.explain_syntax(text, "error at 1:9: expected x")
    hints.undeclared_prefixes(text)
    hints.token_at(text, 1, 3)
    unknown.unknown_terms(text, engine)
    groups.disconnected(text)
    groups.emptied_by(text, lambda _: True)
    with contextlib.suppress(QueryError):
        guard.check(text)
