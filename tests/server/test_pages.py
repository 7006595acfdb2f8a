"""Pages over the shipped data: what stands on them, and where their links lead."""

import csv
import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from client import Client

from kg.names import ID, NS, XSD

PAGES = [
    "/",
    "/page/gpt-3",
    "/page/voyager-eus2",
    "/page/microsoft",
    "/page/microsoft-gpt-3-licence",
    "/source/",
    "/source/ihal-microsoft-supercomputers",
    "/source/top500-2021-11",
    "/evidence/top500-2021-11/row10",
    "/incoming?iri=https://w3id.org/atlante/id/microsoft&property=https://w3id.org/atlante/ns%23licensee",
    "/statement?subject=<https://w3id.org/atlante/id/gpt-3>&property=<https://w3id.org/atlante/ns%23developedBy>&value=<https://w3id.org/atlante/id/openai>",
    "/ns",
    "/rules",
    "/commits",
    "/commits/3",
    "/history?thing=gpt-3",
    "/compare?from=20&to=24&thing=gpt-3",
    "/sparql",
    "/sparql?query=SELECT%20%2A%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%2050",
    "/graph?iri=gpt-3",
    "/related?from=openai&to=microsoft",
    "/depends?iri=openai",
    "/questions/",
    "/export/",
    "/entity?iri=https://w3id.org/atlante/ns%23Model",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_whole_and_runs_our_scripts_alone(browser: Client, path: str) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?! type=\"(?:module\" src=\"/static/|application/ld))|\son\w+=|style=", answer.text)
    assert answer.text.count("<h1") == 1


@pytest.fixture(scope="module")
def followed() -> set[str]:
    """The links that led somewhere, for pages have most of theirs in common."""
    return set()


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(browser: Client, path: str, followed: set[str]) -> None:
    links = {unescape(link).partition("#")[0] for link in re.findall(r'href="([^"]+)"', browser.get(path).text)}
    ours = sorted(link for link in links if link.startswith("/") and not link.startswith(("/export/", "/static/")))
    assert ours
    # The first of each kind will do on the longest pages.
    for link in set(ours[:: max(1, len(ours) // 60)]) - followed:
        assert browser.get(link).status_code in (200, 301, 303), link
        followed.add(link)


def test_the_same_pages_in_italian(browser: Client) -> None:
    for path in PAGES:
        assert browser.get(path, headers={"Accept-Language": "it"}).status_code == 200
    page = browser.get("/page/openai?lang=it").text
    assert "/page/gpt-3?lang=it" in page
    assert browser.get("/ns", headers={"Accept-Language": "it, en;q=0.5"}).text.count("licenza") > 5


def test_evidence_stands_beside_each_statement(browser: Client) -> None:
    page = browser.get("/page/microsoft-gpt-3-licence").text
    assert 'href="/evidence/ihal-microsoft-supercomputers/p8"' in page
    assert "paragraph 8" in page
    assert 'id="p8"' in browser.get("/source/ihal-microsoft-supercomputers").text


def test_a_place_of_a_source_has_a_page(browser: Client, client: Client) -> None:
    page = browser.get("/evidence/ihal-microsoft-supercomputers/p8").text
    assert "paragraph 8" in page
    assert "Microsoft" in page
    assert 'rel="next"' in page
    turtle = client.get(
        "/evidence/ihal-microsoft-supercomputers/p8", headers={"Accept": "text/turtle"}, follow_redirects=True
    )
    assert "id:microsoft-gpt-3-licence" in turtle.text
    nowhere = client.get("/evidence/ihal-microsoft-supercomputers/p999")
    assert nowhere.status_code == 404
    assert "/source/ihal-microsoft-supercomputers" in nowhere.get_json()["hint"]


def test_a_statement_with_many_places_leads_to_all_of_them(browser: Client) -> None:
    page = browser.get("/page/microsoft").text
    more = re.search(r'<a class="more" href="(/statement[^"]+)">(\d+) more</a>', page)
    assert more
    places = browser.get(unescape(more[1])).text
    assert len(re.findall('class="evidence asserted"', places)) >= int(more[2])
    assert browser.get("/statement?subject=x&property=y&value=z").status_code == 400
    nothing = "/statement?subject=<urn:a>&property=<urn:b>&value=<urn:c>"
    assert browser.get(nothing).status_code == 404


def test_what_refers_to_a_hub_is_counted_and_paged(serve: Callable[[str], Client]) -> None:
    said = "https://w3id.org/atlante/source/s#p1"
    rows = [f"<{ID}thing-{n}> <{NS}dependsOn> <{ID}hub> <{said}> .\n" for n in range(250)]
    rows += [f"<{ID}thing-{n}> <{NS}dependsOn> <{ID}hub> .\n" for n in range(250)]
    client = serve("".join(rows))
    page = client.get("/page/hub").text
    assert ">all 250<" in page
    assert page.count("/page/thing-") < 100
    listed = unescape(re.search(r'href="(/incoming[^"]+)"', page)[1])  # type: ignore[index]
    seen = {thing for n in (1, 2, 3) for thing in re.findall(r"/page/thing-\d+", client.get(f"{listed}&page={n}").text)}
    assert len(seen) == 250
    assert client.get(f"/incoming?iri={ID}hub&property={NS}partOf").status_code == 404


def test_reported_and_superseded_stand_apart(browser: Client) -> None:
    page = browser.get("/page/gpt-3").text
    facts, _, apart = page.partition("Reported, not asserted")
    assert ">trained on system<" in apart
    assert ">trained on system<" not in facts
    voyager = browser.get("/page/voyager-eus2-gpus").text
    facts, _, apart = voyager.partition('id="contradictions"')
    assert "21\u202f120" in apart
    assert "21\u202f120" not in facts
    assert "Superseded by" in apart
    assert "Reason" in apart


def test_units_stand_beside_quantities(browser: Client) -> None:
    page = browser.get("/page/top500-2021-11-10").text
    assert re.search(r"30\.05</span>\s*<span class=\"unit\">[^<]*P[^<]*</span>", page)


def test_a_source_says_place_by_place(browser: Client) -> None:
    page = browser.get("/source/ihal-microsoft-supercomputers").text
    places = re.findall(r'<article class="place-of (\w+)" id="([^"]+)"', page)
    names = [name for _, name in places]
    assert names.index("p2") < names.index("p8") < names.index("p10")
    assert {"asserted", "reported"} <= {standing for standing, _ in places}


def test_the_unknown_is_404_with_the_nearest_names(client: Client, browser: Client) -> None:
    answer = client.get("/page/gpt3")
    assert answer.status_code == 404
    assert {"/page/gpt-3"} <= {item["href"] for item in answer.get_json()["nearest"]}
    assert "GPT-3" in browser.get("/id/gpt3").text
    for path in ("/nothing", "/entity?iri=http://example.org/none", "/source/none", "/data/none.ttl", "/export/x.ttl"):
        assert client.get(path).status_code == 404, path
    assert client.get("/entity").status_code == 400
    assert client.get("/entity?iri=no%20iri%20at%20all").status_code in (400, 404)


def test_every_term_has_a_place_in_the_glossary(browser: Client) -> None:
    page = browser.get("/ns").text
    for name in ("LicenceAgreement", "licensee", "rmax", "Exclusive", "dependsOn"):
        assert f'id="{name}"' in page
    assert 'href="/ns#Model"' in browser.get("/page/gpt-3").text


def test_links_keep_to_the_prefix_of_a_proxy(browser: Client) -> None:
    answer = browser.get("/page/gpt-3", headers={"X-Forwarded-Prefix": "/kg", "X-Forwarded-Proto": "https"})
    links = re.findall(r'(?:href|src|action)="(/[^"]*)"', answer.text)
    assert links
    assert all(link.startswith("/kg/") for link in links)
    moved = browser.get("/id/gpt-3", headers={"X-Forwarded-Prefix": "/kg"})
    assert moved.location == "/kg/page/gpt-3"


def test_exports_and_health(client: Client) -> None:
    assert client.get("/health/ready").get_json()["status"] == "ready"
    for name in ("graph.ttl", "evidence.trig", "ontology.ttl", "shapes.ttl", "graph.nt", "evidence.nq"):
        answer = client.get(f"/export/{name}")
        assert answer.status_code == 200, name
        assert len(answer.data) > 200
    assert client.get("/export/evidence.ttl").status_code == 404


def test_an_unchanged_page_is_not_sent_twice(browser: Client) -> None:
    first = browser.get("/page/gpt-3")
    assert browser.get("/page/gpt-3", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    other = browser.get("/page/gpt-3?lang=it", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_a_page_answers_what_is_asked_of_its_kind(browser: Client) -> None:
    page = browser.get("/page/gpt-3").text
    card = page[page.index("Who licenses GPT-3?") :].partition("</section>")[0]
    for word in ("OpenAI", "Microsoft", "exclusive", "paragraph 8"):
        assert word in card
    assert 'href="/questions/what-depends-on?system=id:gpt-3"' in page
    assert "Who licenses" not in browser.get("/page/microsoft").text


def test_a_system_shows_its_places_in_the_lists(serve: Callable[[str], Client]) -> None:
    rows = list[str]()
    for number, (date, rank) in enumerate({"2021-11": 10, "2022-06": 13, "2024-06": 26}.items()):
        edition, entry = f"<{ID}list-{number}>", f"<{ID}entry-{number}>"
        rows += [
            f"{entry} <{NS}rankedSystem> <{ID}machine> .",
            f"{entry} <{NS}inRanking> {edition} .",
            f'{entry} <{NS}rank> "{rank}"^^<{XSD}integer> .',
            f'{edition} <{NS}date> "{date}"^^<{XSD}gYearMonth> .',
        ]
    page = serve("".join(f"{row}\n" for row in rows)).get("/page/machine").text
    assert re.findall(r'<text class="rank"[^>]*>(\d+)</text>', page) == ["10", "13", "26"]
    heights = [float(y) for y in re.findall(r'<circle[^>]*cy="([\d.]+)"', page)]
    assert heights == sorted(heights)


NUMBERS = [
    ("1000000000", "integer", "1\u202f000\u202f000\u202f000"),
    ("12345.670", "decimal", "12\u202f345.67"),
    ("1975", "gYear", "1975"),
    ("2E25", "double", "2 × 10²⁵"),
    ("6864976800000000000000000", "decimal", "6.8649768 × 10²⁴"),
    ("1e-3", "double", "0.001"),
]


def test_numbers_are_readable(serve: Callable[[str], Client]) -> None:
    said = [f'<{ID}thing-{n}> <{NS}amount> "{text}"^^<{XSD}{kind}>' for n, (text, kind, _) in enumerate(NUMBERS)]
    client = serve("".join(f"{one} <https://w3id.org/atlante/source/s#p1> .\n{one} .\n" for one in said))
    for number, (_, _, shown) in enumerate(NUMBERS):
        assert f">{shown}<" in client.get(f"/page/thing-{number}").text


def test_a_page_signposts_its_name_and_its_data(client: Client, browser: Client) -> None:
    page = browser.get("/page/gpt-3")
    links = dict(re.findall(r'<([^>]+)>; rel="describedby"; type="([^"]+)"', page.headers["Link"]))
    assert '<https://w3id.org/atlante/id/gpt-3>; rel="cite-as"' in page.headers["Link"]
    for address, kind in links.items():
        data = client.get(address[address.index("/data/") :])
        assert data.mimetype == kind
        assert '/page/gpt-3>; rel="describes"' in data.headers["Link"]
    assert len(links) == 7


def test_search_engines_are_told_what_a_thing_is(browser: Client) -> None:
    page = browser.get("/page/microsoft").text
    told = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])  # type: ignore[index]
    assert (told["@type"], told["name"]) == ("Corporation", "Microsoft")
    assert told["@id"] == f"{ID}microsoft"


def test_a_thing_is_cited_as_of_a_commit(browser: Client) -> None:
    page = browser.get("/page/gpt-3")
    assert "@misc{atlante-gpt-3," in page.text
    assert f"commit {page.headers['Atlante-Commit']}}}," in page.text


def test_statements_come_as_a_table_with_their_evidence(client: Client) -> None:
    rows = list(csv.DictReader(client.get("/data/gpt-3.csv").text.splitlines()))
    assert {row["standing"] for row in rows} >= {"asserted", "reported"}
    named = [row for row in rows if row["property"].endswith("#label") and row["value"] == "GPT-3"]
    assert named
    assert all("/source/" in row["evidence"] for row in named)


def test_the_rules_stand_in_plain_words_in_both_languages(browser: Client) -> None:
    english, italian = browser.get("/rules").text, browser.get("/rules?lang=it").text
    shapes = browser.get("/export/shapes.ttl").text
    rules = set(re.findall(r'kg:ruleId "([\w-]+)"', shapes))
    assert len(rules) > 15
    for page in (english, italian):
        assert set(re.findall(r'<section class="term-of" id="([\w-]+)"', page)) == rules
        assert not re.search(r"\{[$?]", page)
    assert "A thing has more than one Wikidata identifier." in english
    assert "Una cosa ha più di un identificativo Wikidata." in italian
