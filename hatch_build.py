"""Build hook: lets ontology, shapes and data travel inside the wheel, where kg/paths.py looks for them."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("ontology", "shapes", "data")


class ResourcesHook(BuildHookInterface):
    """Puts the folders that lie beside `kg/` in a checkout under `kg/resources/` in a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folders to include; an editable install finds them in the checkout itself."""
        if version == "editable":
            return
        for folder in FOLDERS:
            source = Path(self.root, folder)
            if not source.is_dir():
                raise FileNotFoundError(f"{source}: the wheel would be built without its {folder}")
            build_data["force_include"][str(source)] = f"kg/resources/{folder}"
