"""What imported tables say of licences goes through the reviewed table, part by part."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import cli

CARDS = """
- {type: model, name: Told Apart, organization: Somebody, license: "LLaMa License (model weights), GPLv3 (code)"}
- {type: model, name: Unclear One, organization: Somebody, license: unknown}
- {type: model, name: Without, organization: Somebody, license: none}
- {type: model, name: Silent, organization: Somebody, license: ""}
- {type: model, name: Unheard Of, organization: Somebody, license: Licence of Nowhere 9.9}
"""


def kg(store: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--store", str(store)])


@pytest.fixture(scope="module")
def imported(built_store: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    folder = tmp_path_factory.mktemp("cards")
    store = Path(shutil.copytree(built_store, folder / "store", symlinks=True))
    (folder / "assets").mkdir()
    (folder / "assets" / "somebody.yaml").write_text(CARDS, encoding="utf-8")
    return store, kg(store, "import", "ecosystem-graphs", str(folder / "assets" / "somebody.yaml"))


@pytest.mark.parametrize(
    ("work", "said"),
    [
        ("Told Apart", "weights: no, code: yes"),
        ("Unclear One", "the licence of Unclear One (whole work) is not known, a source says"),
        ("Without", "Without (whole work) is given no licence, a source says"),
        ("Silent", "no source that was read names the licence of Silent (whole work)"),
    ],
)
def test_each_way_to_write_a_licence_has_its_verdict(imported: tuple[Path, Result], work: str, said: str) -> None:
    answer = kg(imported[0], "may", work, "commercial-use")
    assert answer.exit_code == 1
    assert said in answer.stdout


def test_a_text_that_nobody_reviewed_is_reported_and_its_row_kept(imported: tuple[Path, Result]) -> None:
    store, result = imported
    assert "'Licence of Nowhere 9.9' names no licence that was reviewed" in result.output
    assert kg(store, "may", "Unheard Of", "hosting").stdout.startswith("Unheard Of, hosting: open")
