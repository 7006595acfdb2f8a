"""What a client's query may hold, before any parser sees it."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from kg.engine import guard
from kg.engine.guard import Limits
from kg.engine.tokens import tokens
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
        "SELECT * { ?s ?p <urn:a:b> . ?s a 'service' }",
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


def test_a_query_of_a_megabyte_is_refused() -> None:
    with pytest.raises(QueryError, match="characters"):
        guard.check("ASK {}" + " " * (1 << 20))


ENDPOINT = "https://example.org/sparql"
ALLOWED = frozenset({ENDPOINT})


@pytest.mark.parametrize("silent", ["", "SILENT ", "silent # why\n"])
def test_an_allowed_endpoint_may_be_asked_by_its_iri(silent: str) -> None:
    facts = guard.check(f"SELECT * {{ SERVICE {silent}<{ENDPOINT}> {{ ?s ?p ?o }} }}", services=ALLOWED)
    assert facts == guard.Facts(volatile=True, service=True)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE ?x { ?s ?p ?o } }",
        "PREFIX x: <https://example.org/> SELECT * { SERVICE x:sparql { ?s ?p ?o } }",
        "SELECT * { SERVICE <https://example.org/sparql2> { ?s ?p ?o } }",
        f"SELECT * {{ SERVICE <{ENDPOINT}> {{ ?s ?p ?o }} SERVICE SILENT <http://127.0.0.1/> {{ }} }}",
        f"SELECT * {{ SERVICE <{ENDPOINT}> {{ SERVICE ?x {{ }} }} }}",
        "SELECT * { SERVICE",
    ],
)
def test_any_other_service_is_refused_and_the_allowed_ones_are_listed(query: str) -> None:
    with pytest.raises(QueryError, match="SERVICE is refused at line 1") as raised:
        guard.check(query, services=ALLOWED)
    assert ENDPOINT in raised.value.repair


@pytest.mark.parametrize(
    ("query", "facts"),
    [
        ("ASK {}", guard.Facts(volatile=False, service=False)),
        ("SELECT (NOW() AS ?t) {}", guard.Facts(volatile=True, service=False)),
        ("CONSTRUCT WHERE { ?s kg:now 'uuid()' }", guard.Facts(volatile=False, service=False)),
        ("PREFIX x: <x:> describe x:rand", guard.Facts(volatile=False, service=False)),
        ("SELECT (struuid() AS ?u) {}", guard.Facts(volatile=True, service=False)),
        ("", guard.Facts(volatile=False, service=False)),
    ],
)
def test_what_a_query_is(query: str, facts: guard.Facts) -> None:
    assert guard.check(query) == facts


def test_the_breach_of_a_limit_says_where_and_what_to_do() -> None:
    with pytest.raises(QueryError) as raised:
        guard.check("SELECT *\n { ?s ?p ((1)) }", Limits(depth=2))
    assert raised.value.what == "the query has more than 2 brackets within each other at line 2, column 11"
    assert "Nest fewer" in raised.value.repair
    with pytest.raises(QueryError, match="more than 4 patterns, steps and operators at line 1, column 17"):
        guard.check("ASK { ?s ?p 1, 2, 3 }", Limits(patterns=4))


DEEP: dict[str, Callable[[int], str]] = {
    "groups": lambda n: "SELECT * " + "{" * n + "}" * n,
    "brackets": lambda n: "ASK { FILTER(" + "(" * n + "1" + ")" * n + ") }",
    "blank nodes": lambda n: "ASK { " + "[ <a:b> " * n + "1" + " ]" * n + " }",
    "lists": lambda n: "ASK { ?s ?p " + "(" * n + ")" * n + " }",
    "triple terms": lambda n: "ASK { ?s ?p " + "<<( <a:a> <a:b> " * (n // 2) + "1" + " )>>" * (n // 2) + " }",
    "annotations": lambda n: "ASK { ?s ?p 1 " + "{| <a:b> 2 " * n + " |}" * n + " }",
    "exists": lambda n: "ASK { " + "FILTER NOT EXISTS { " * n + "}" * n + " }",
    "functions": lambda n: "ASK { ?s ?p ?o FILTER(" + "STR(" * n + "?o" + ")" * n + ") }",
    "paths": lambda n: "ASK { ?s " + "(" * n + "<a:b>" + ")*" * n + " ?o }",
    "selects": lambda n: "ASK " + "{ SELECT * " * n + "{ }" + " }" * n,
    "behind a less-than": lambda n: "ASK { FILTER(1<" + "(" * n + "1" + ")" * n + "&&2>1) }",
    "behind an IRI of a list": lambda n: "ASK { ?s ?p (1 <a:'>), " + "(" * n + ")" * n + " . ?s ?p <a:'> }",
}
LONG: dict[str, Callable[[int], str]] = {
    "not": lambda n: "ASK { FILTER(" + "!" * n + "true) }",
    "sum": lambda n: "ASK { FILTER(1" + "+1" * n + ") }",
    "signed sum": lambda n: "ASK { FILTER(1" + " -1" * n + ") }",
    "product": lambda n: "ASK { FILTER(1" + "*1" * n + ") }",
    "or": lambda n: "ASK { ?s ?p ?o FILTER(?o=1" + "||?o=1" * n + ") }",
    "and, hidden in what may be an IRI": lambda n: "ASK { FILTER(1<1" + "&&1" * n + "&&2>1) }",
    "alternatives": lambda n: "ASK { ?s <a:b>" + "|<a:b>" * n + " ?o }",
    "unions": lambda n: "ASK { { ?s ?p ?o } " + "UNION { ?s ?p ?o } " * n + "}",
    "filters": lambda n: "ASK { ?s ?p ?o " + "FILTER(?s=?o) " * n + "}",
    "binds": lambda n: "ASK { " + "".join(f"BIND(1 AS ?x{i}) " for i in range(n)) + "}",
    "columns": lambda n: "SELECT " + "".join(f"(1 AS ?x{i}) " for i in range(n)) + "{ }",
    "having": lambda n: "SELECT (COUNT(*) AS ?n) { } GROUP BY ?s HAVING " + "(1=1) " * n,
    "described": lambda n: "DESCRIBE " + "<a:a> " * n,
    "minus": lambda n: "ASK { ?s ?p ?o " + "MINUS { ?s ?p ?o } " * n + "}",
}


@pytest.mark.parametrize("write", DEEP.values(), ids=DEEP.keys())
def test_deep_nesting_is_refused(write: Callable[[int], str]) -> None:
    guard.check(write(90))
    with pytest.raises(QueryError, match="within each other"):
        guard.check(write(150))


@pytest.mark.parametrize("write", LONG.values(), ids=LONG.keys())
def test_long_chains_are_refused(write: Callable[[int], str]) -> None:
    guard.check(write(250))
    with pytest.raises(QueryError, match="patterns, steps and operators"):
        guard.check(write(2_100))


def test_a_long_list_of_values_is_no_chain() -> None:
    guard.check("SELECT * { VALUES (?a ?b) { " + "(<a:a> <a:b>) " * 5_000 + "} }")


def _passes(query: str) -> bool:
    try:
        guard.check(query)
    except QueryError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("write", [*DEEP.values(), *LONG.values()], ids=[*DEEP, *LONG])
def test_what_the_limits_let_through_ends_no_process(write: Callable[[int], str]) -> None:
    largest = write(next(n for n in range(2_100, 0, -7) if _passes(write(n))))
    code = (
        "import sys, pyoxigraph\ntry: pyoxigraph.Store().query(sys.stdin.read())\nexcept (SyntaxError, RuntimeError): 0"
    )
    assert subprocess.run([sys.executable, "-c", code], input=largest, text=True, check=False).returncode == 0


def test_an_unclosed_long_string_is_refused() -> None:
    with pytest.raises(QueryError, match="line 2, column 3 is not closed"):
        guard.check('ASK {\n  """a" SERVICE <http://127.0.0.1/> {} }')


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?s a ?o.kg:x kg:y.", ["?s", "a", "?o", ".", "kg:x", "kg:y", "."]),
        ("(?a<?b&&?c>?d)", ["(", "?a", "<", "?b", "&&", "?c", ">", "?d", ")"]),
        ("{ ?a ?b <?b&&?c> }", ["{", "?a", "?b", "<?b&&?c>", "}"]),
        ("(?a<<x:y>)", ["(", "?a", "<", "<x:y>", ")"]),
        ("{ FILTER<x:f>(?a<=1.5e3) }", ["{", "FILTER", "<x:f>", "(", "?a", "<=", "1.5e3", ")", "}"]),
        ("{ SELECT (1<2 AS ?x) {} }", ["{", "SELECT", "(", "1", "<", "2", "AS", "?x", ")", "{", "}", "}"]),
        ("<<(<a:a> a <b:b>)>>", ["<<", "(", "<a:a>", "a", "<b:b>", ")", ">>"]),
        ('\'a\' \'\' """b"c"""@en-GB', ["'a'", "''", '"""b"c"""', "@en-GB"]),
        ("'open", ["'open"]),
        (r"<http://x/\u0062#>", [r"<http://x/\u0062#>"]),
    ],
)
def test_tokens_are_the_parsers(query: str, expected: list[str]) -> None:
    assert [token.text for token in tokens(query)] == expected


@pytest.mark.parametrize("piece", ['"', "'", '"""\\"', "\\", "<", "(?a<b", "a.", "a-", "a:.", "@a-", "# \n", "“"])
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    """No clock is needed: quadratic time would not end within anybody's patience."""
    tokens(piece * (200_000 // len(piece)))
