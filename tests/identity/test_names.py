"""Names: what is only spelling is folded, what tells things apart stays."""

import pytest

from kg.identity.countries import country
from kg.identity.names import spellings, split_list, tidy


def keys(name: str, kind: str) -> set[str]:
    return {spelling.key for spelling in spellings(name, kind)}


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("organisation", "NVIDIA Corporation", "Nvidia"),
        ("organisation", "Eni S.p.A.", "Eni"),
        ("organisation", "Runway AI, Inc.", "runway ai"),
        ("organisation", "Université de Montréal", "Universite de Montreal"),
        ("organisation", "Oak Ridge National Lab", "DOE/SC/Oak Ridge National Laboratory"),
        ("organisation", "Forschungszentrum Juelich (FZJ)", "Forschungszentrum Jülich"),
        ("organisation", "Beijing Academy of Artificial Intelligence / BAAI", "BAAI"),
        ("organisation", "Massachusetts Institute of Technology (MIT)", "MIT"),
        ("organisation", "Microsoft (United States)", "Microsoft"),
        ("model", "GPT-3.5", "GPT 3.5"),
        ("model", "Llama 2-70B", "Llama-2 (70B)"),
        ("model", "Falcon 180 billion parameters", "Falcon-180B"),
        ("model", "DALL·E", "DALL-E"),
        ("chip", "NVIDIA A100 80GB\u200b", "Nvidia A100 80 GB"),
        ("system", "Supercomputer Fugaku ", "supercomputer fugaku"),
    ],
)
def test_spelling_is_folded(kind: str, one: str, other: str) -> None:
    assert keys(one, kind) & keys(other, kind)


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("organisation", "Bank (Z)", "Bank (J)"),
        ("organisation", "Google", "Google Research"),
        ("organisation", "SAKURA Internet Inc. / Prunus Solutions Inc.", "Sakura Internet"),
        ("model", "Gemma 2 2B", "Gemma 22B"),
        ("model", "GPT-4.1", "GPT-41"),
        ("model", "Command R", "Command R+"),
        ("model", "Mistral-7B-Instruct-v0.1", "Mistral-7B-Instruct-v0.2"),
        ("chip", "NVIDIA A100 40GB", "NVIDIA A100 80GB"),
    ],
)
def test_what_tells_things_apart_stays(kind: str, one: str, other: str) -> None:
    assert not keys(one, kind) & keys(other, kind)


def test_a_country_in_brackets_is_a_place_beside_the_name() -> None:
    assert {spelling.place for spelling in spellings("IBM (Germany)", "organisation")} == {"Germany"}


def test_a_name_of_brackets_alone_has_no_spelling_but_is_no_error() -> None:
    assert spellings("()", "organisation") == ()


def test_blanks_and_invisible_letters_go() -> None:
    assert tidy("\ufeff NVIDIA\u00a0 A100\u200b ") == "NVIDIA A100"


def test_a_list_is_split_at_commas_but_not_within_a_name() -> None:
    assert split_list("Google DeepMind,Google, Apple, Inc., Seed (A, B)") == [
        "Google DeepMind",
        "Google",
        "Apple, Inc.",
        "Seed (A, B)",
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("USA", "United States"),
        ("Korea (Republic of)", "South Korea"),
        ("NA", "Namibia"),
        ("united kingdom", "United Kingdom"),
        ("no", None),
        ("Multinational", None),
    ],
)
def test_countries_are_known_by_name_and_by_code_in_capitals(text: str, name: str | None) -> None:
    assert country(text) == name
