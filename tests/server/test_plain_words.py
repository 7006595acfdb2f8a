"""What pages say in plain words: contradictions, names in another language, answers as sentences, terms by example."""

import re

from client import Client


def test_what_sources_contradict_stands_side_by_side_with_the_reason(browser: Client) -> None:
    page = browser.get("/page/voyager-eus2").text
    section = page.partition('id="contradictions"')[2].partition("</section>")[0]
    (row,) = (row for row in section.split("<tr>") if "#nodes" in row)
    held, superseded = row.partition('data-column="Superseded value"')[::2]
    assert "264<" in held
    assert "/evidence/voyager-eus2-arithmetic/sum" in held
    assert "2640<" in superseded
    assert "/evidence/grokipedia-voyager-eus2/specifications" in superseded
    assert "960 a node" in superseded
    assert 'id="contradictions"' not in browser.get("/page/gpt-3").text


def test_a_name_in_another_language_says_so(browser: Client) -> None:
    page = browser.get("/source/").text
    assert re.search(r"Supercomputer</a> <span class=\"tag\" title=\"in this language; [^\"]+\">it</span>", page)
    assert not re.search(r">OpenAI</a> <span class=\"tag\"", browser.get("/page/gpt-3").text)


def test_an_answer_reads_as_a_sentence_with_its_sources(browser: Client) -> None:
    page = browser.get("/questions/who-licenses?work=id:gpt-3").text
    sentence = re.sub(r"<[^>]+>|\s+", " ", page.partition('<p class="lead">')[2].partition("</p>")[0])
    assert re.match(r"Who: +OpenAI +and +Microsoft *, according to .+ and \d+ more", sentence)
    in_italian = browser.get("/questions/who-licenses?work=id:gpt-3&lang=it").text
    assert "la cosa data in licenza" in in_italian
    assert "secondo" in in_italian


def test_the_ontology_shows_its_classes_as_a_tree_and_terms_with_examples(browser: Client) -> None:
    page = browser.get("/ns").text
    tree = page.partition('<ul class="tree">')[2].partition("</ul>")[0]
    depth = {name: int(level) for level, name in re.findall(r'data-depth="(\d)"><a [^>]*href="/ns#(\w+)"', tree)}
    assert depth["Entity"] == 0
    assert depth["Company"] > depth["Organisation"]
    term = page.partition('id="developedBy"')[2].partition("</article>")[0]
    assert "for example" in term
    assert re.search(r'href="/page/[\w-]+"[^>]*>[^<]+</a>: ', term)
