"""Fetching: a file of the web, to a folder of this machine; a path of this machine is taken as it is."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit
from urllib.request import Request, urlopen

from kg.errors import BadInput
from kg.settings import get_number

_SECONDS = 60
"""Seconds that a server may be silent."""


def fetched(place: str, folder: Path, progress: Callable[[str], None]) -> Path:
    """Return the path of a file: the path given, or that of a copy in `folder` of an address of the web.

    Raises BadInput for a path that does not exist, and for an address that gives no file, or one too large.
    """
    if not re.match(r"https?://", place):
        path = Path(place)
        if not path.exists():
            raise BadInput("there is no such file or folder", place)
        return path
    name = Path(unquote(urlsplit(place).path)).name
    if not name:
        raise BadInput("the address names no file", place, "It must end in the file's name, e.g. /models.csv.")
    progress(f"fetching {name}")
    target = folder / name
    try:
        _copy(place, target)
    except HTTPError as error:
        raise BadInput(f"the server answered {error.code} {error.reason}", place) from error
    except (URLError, OSError) as error:
        raise BadInput(f"cannot be fetched: {getattr(error, 'reason', error)}", place) from error
    return target


def _copy(address: str, target: Path) -> None:
    left = int(get_number("import_megabytes")) << 20
    request = Request(address, headers={"User-Agent": "Atlante"})
    with urlopen(request, timeout=_SECONDS) as answer, target.open("wb") as file:
        while block := answer.read(1 << 16):
            left -= len(block)
            if left < 0:
                raise BadInput("the file is larger than may be imported", address, "KG_IMPORT_MEGABYTES says how much.")
            file.write(block)
