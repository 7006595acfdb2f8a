"""Two services whose public parts are the same: one knows an embargoed source besides, the other never had it."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from history.worlds import built, source
from running import Service, serving

from kg.names import ACCESS, EMBARGOED, SOURCE
from kg.store import Store
from kg.writing.tokens import Tokens

MARK = "hushed"
"""What every name of the embargoed source has in it."""

EMBARGO = f"<{SOURCE}{MARK}> <{ACCESS}> <{EMBARGOED}> ."

_SAYS = f"""
id:{MARK}-9 a kg:Model ; rdfs:label "Hushed 9"@en , "Hushed 9"@it ; rdfs:comment "Hushed, all of it."@en ;
  kg:developedBy id:openai , id:{MARK}-labs ; kg:builtOn id:gpt-3 .
id:{MARK}-labs a kg:Company ; rdfs:label "Hushed Labs"@en , "Laboratori Hushed"@it ; kg:subsidiaryOf id:microsoft .
id:{MARK}-licence a kg:LicenceAgreement ; rdfs:label "Hushed licence"@en , "Licenza Hushed"@it ;
  kg:licensor id:openai ; kg:licensee id:{MARK}-labs ; kg:licensedWork id:gpt-3 ; kg:from "2020-09-01"^^xsd:date .
id:gpt-3 skos:altLabel "Hushed GPT"@en .
"""


@dataclass(frozen=True)
class Pair:
    """A service that keeps something from the public, one that has nothing to keep, and a token for the former."""

    keeping: Service
    innocent: Service
    store: Path
    token: str


def embargoed(folder: Path, embargo: str = EMBARGO) -> Path:
    """Write the source; it is embargoed unless another thing is said of its access."""
    reported = f"<{SOURCE}{MARK}#p2> kg:standing kg:Reported ."
    said = {"": embargo + reported, "p1": _SAYS, "p2": f"id:gpt-3 kg:developedBy id:{MARK}-labs ."}
    return source(folder, MARK, said)


@pytest.fixture(scope="module")
def pair(built_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """The two services, over the shipped data."""
    folder = tmp_path_factory.mktemp("pair")
    stores = [Path(shutil.copytree(built_store, folder / name, symlinks=True)) for name in ("keeping", "innocent")]
    built(Store(stores[0]), embargoed(folder))
    _, token = Tokens(stores[0]).make("Reader", (), reads=True)
    with serving(stores[0], writes=1) as keeping, serving(stores[1], writes=1) as innocent:
        yield Pair(keeping, innocent, stores[0], token)
