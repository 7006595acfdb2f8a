"""What a client's query may hold, before any parser sees it."""

import pytest

from kg.engine import guard
from kg.errors import QueryError


@pytest.mark.parametrize(
    "query",
    [
        'SELECT ("SERVICE <http://x/> {}" AS ?x) {}',
        "SELECT * { ?s <http://example.org/service> ?o }",
        "ASK {} # SERVICE <http://x/> {}",
        "SELECT ?service { ?service a kg:CloudService }",
        "SELECT * { ?s kg:service ?o . service:x a ?t }",
        "PREFIX service: <http://example.org/> ASK { service:x ?p '''it's\nSERVICE''' }",
        'SELECT * { ?s rdfs:label "INSERT DATA"@en }',
        "PREFIX insert: <http://example.org/> SELECT * { insert:x ?p ?o }",
        "SELECT * { ?s ?p ?o FILTER(?o < 3 && ?p > 2) }",
    ],
)
def test_words_in_strings_iris_comments_and_names_are_no_commands(query: str) -> None:
    guard.check(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { service silent ?x { ?s ?p ?o } }",
        "SELECT * {{SERVICE<http://127.0.0.1/>{?s ?p ?o}}}",
        "PREFIX x: <http://x/> SELECT * { SeRvIcE x:y { } }",
        "SELECT * { ?s ?p '#' SERVICE <http://127.0.0.1/> {} }",
        "SELECT * { ?s ?p <http://x/#> SERVICE <http://127.0.0.1/> {} }",
        # `<` may be "less than": what then looks like an IRI must not hide the word.
        "SELECT * { ?s ?p ?a . FILTER(?a<?b)SERVICE?x#>\n{ ?s ?p ?o } }",
        "SELECT * { ?s ?p ?a . FILTER(?a<'b#>')SERVICE <http://127.0.0.1/> { ?s ?p 'z' } }",
        "SELECT * { ?s ?p ?a . FILTER(?a<kg:b#>'\n)SERVICE <http://127.0.0.1/> { ?s ?p 'z' } }",
    ],
)
def test_service_is_refused_however_it_is_written(query: str) -> None:
    with pytest.raises(QueryError, match="SERVICE is refused"):
        guard.check(query)


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "PREFIX x: <http://x/> DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://127.0.0.1/>",
        "CLEAR ALL",
        "WITH <http://g/> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_updates_are_refused(query: str) -> None:
    with pytest.raises(QueryError, match="read-only"):
        guard.check(query)


def test_undeclared_prefixes_are_named() -> None:
    query = "PREFIX mine: <http://x/> SELECT * { mine:a nope:b kg:c . ?s a other:d ; rdfs:label 'no:x' . _:b ?p ?o }"
    assert guard.undeclared_prefixes(query) == ["nope", "other"]


def test_a_query_of_a_megabyte_is_refused() -> None:
    with pytest.raises(QueryError, match="characters"):
        guard.check("ASK {}" + " " * (1 << 20))
