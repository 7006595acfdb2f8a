"""The scripts that the build bundles (`frontend/`), each under a name that changes with what is in it."""

import json
from functools import cache
from pathlib import Path

from flask import url_for

_DIST = Path(__file__).parent / "static" / "dist"


def bundle(name: str) -> str:
    """Return the address of a bundled script; "" where it was not built, for pages work without."""
    file = _manifest().get(name, "")
    return file and url_for("static", filename=f"dist/{file}")


def never_changes(path: str) -> bool:
    """Tell whether what stands at a path of this server stands there for good."""
    return path.startswith("/static/dist/") and path.endswith(".js")


@cache
def _manifest() -> dict[str, str]:
    manifest = _DIST / "manifest.json"
    return json.loads(manifest.read_text(encoding="utf-8")) if manifest.is_file() else {}
