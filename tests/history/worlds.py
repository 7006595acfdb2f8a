"""Small stores with a past: TriG files written, built, written anew."""

from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner, Result

from kg.build import build
from kg.cli import cli
from kg.log import Commit
from kg.names import ID, SOURCE
from kg.rdf import NamedNode
from kg.store import Store

_PREFIXES = (
    "@prefix kg: <https://w3id.org/atlante/ns#> .\n"
    "@prefix id: <https://w3id.org/atlante/id/> .\n"
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
    "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
)


def source(folder: Path, name: str, places: Mapping[str, str]) -> Path:
    """Write a source that describes itself, and says at each place what is given for it; at "", of itself."""
    iri = f"{SOURCE}{name}"
    path = folder / f"{name}.trig"
    own = f'a kg:Source ; rdfs:label "{name}"@en , "{name}"@it ; kg:publisher "tests"'
    own = f"<{iri}> {{ <{iri}> {own} . {places.get('', '')} }}\n"
    said = "".join(f"<{iri}#{place}> {{ {statements} }}\n" for place, statements in places.items() if place)
    path.write_text(_PREFIXES + own + said, encoding="utf-8")
    return path


def model(slug: str, *, name: str = "", more: str = "") -> str:
    """Return the statements that make a model."""
    return f'id:{slug} a kg:Model ; rdfs:label "{name or slug}"@en , "{name or slug}"@it {more}.'


def built(store: Store, *files: Path) -> Commit:
    """Build files and return the last of the commits that this makes."""
    return build(store, files, author="tests").commits[-1]


def everything(store: Store) -> set[str]:
    """Return every statement of the view, evidence, default graph and what is inferred."""
    with store.reader() as (engine, _):
        return {str(quad) for quad in engine.quads()}


def holds(store: Store, slug: str) -> bool:
    """Tell whether anything is said of a thing."""
    with store.reader() as (engine, _):
        return any(engine.quads(NamedNode(ID + slug)))


def kg(store: Path | Store, *arguments: str | Path | int) -> Result:
    """Run a command on a store, in this process."""
    folder = store.directory if isinstance(store, Store) else store
    return CliRunner().invoke(cli, list(map(str, arguments)), env={"KG_STORE": str(folder)})
