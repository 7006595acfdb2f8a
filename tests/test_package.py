"""The installed package does what the checkout does, away from it."""

import subprocess
import sys
from pathlib import Path

import pytest
from documents import clean_environment, copy_of_checkout, fetch, free_port, run, served


@pytest.mark.slow
def test_pip_install_then_kg_serve(tmp_path: Path) -> None:
    checkout = copy_of_checkout(tmp_path)
    away = tmp_path / "away"
    away.mkdir()
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    binaries = tmp_path / "venv" / "bin"
    run(f"'{binaries}/python' -m pip install --quiet .", checkout, clean_environment())
    checkout.rename(tmp_path / "gone")  # whatever still looks for the checkout must fail

    environment, port = clean_environment(), free_port()
    with served([str(binaries / "kg"), "serve", "--port", str(port)], away, environment, port, wait=60) as said:
        assert f"http://127.0.0.1:{port}/" in said
        assert "GPT-3" in fetch(port, "/")
        assert "kg:LicenceAgreement" in fetch(port, "/ns", accept="text/turtle")
    answer = run(f"'{binaries}/kg' ask 'who licenses GPT-3?'", away, environment)
    assert "OpenAI" in answer
    assert "Microsoft" in answer
