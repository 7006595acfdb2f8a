"""The installed package does what the checkout does, away from it."""

import re
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
        script = re.search(r'src="(/static/dist/query-\w+\.js)"', fetch(port, "/sparql", accept="text/html"))
        assert script, "the wheel has no bundle"
        assert "cm-editor" in fetch(port, script[1])
        assert "@codemirror/view" in fetch(port, "/static/dist/licences.txt")
    answer = run(f"'{binaries}/kg' ask 'who licenses GPT-3?'", away, environment)
    assert "OpenAI" in answer
    assert "Microsoft" in answer


@pytest.mark.slow
def test_without_a_network_a_checkout_goes_on_and_a_wheel_is_refused(tmp_path: Path) -> None:
    checkout, there = copy_of_checkout(tmp_path), tmp_path / "there"
    offline = clean_environment(npm_config_offline="true", npm_config_cache=str(tmp_path / "empty"))
    uv = [str(Path(sys.executable).parent / "uv"), "pip", "install", "--python", sys.executable, "--target", str(there)]
    options = ["--no-build-isolation", "--no-deps"]
    went_on = subprocess.run(
        [*uv, *options, "--editable", str(checkout)], env=offline, capture_output=True, text=True, check=False
    )
    assert went_on.returncode == 0, went_on.stderr
    assert not (checkout / "server" / "static" / "dist" / "manifest.json").exists()
    refused = subprocess.run([*uv, *options, str(checkout)], env=offline, capture_output=True, text=True, check=False)
    assert refused.returncode
    assert "`npm ci` in frontend/ ended with" in refused.stderr
