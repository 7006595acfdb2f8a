"""Settings: what cannot be is told by name, before anything starts."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import cli


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("KG_QUERY_WORKERS", "0"),
        ("KG_QUERY_TIMEOUT", "nan"),
        ("KG_CLIENT_RATE", "many"),
        ("KG_TRUSTED_PROXIES", "nobody"),
        ("KG_QUERY_ROWS", "-1"),
    ],
)
def test_a_setting_that_cannot_be_is_named_before_anything_starts(
    variable: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    told = CliRunner().invoke(cli, ["serve", "--store", str(tmp_path / "store")])
    assert told.exit_code == 2
    assert f"where: {variable}" in told.stderr
    assert not (tmp_path / "store").exists()
