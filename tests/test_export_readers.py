"""Exports read by other tools: rdflib, rapper (Debian's raptor2-utils), Jena's riot (libapache-jena-java)."""

import os
import shutil
import subprocess
import warnings
from pathlib import Path
from zipfile import ZipFile

import pytest
import rdflib
from export_cases import PLACE, TRIPLES, asserted, evidence_of, facts_of, odd_engine, read, written
from hypothesis import HealthCheck, given, settings

from kg import rdf
from kg.engine import Engine
from kg.rdf import NamedNode

JARS = Path(os.sep, "usr", "share", "java")
JENA = "arq base cmds core dboe-base dboe-index dboe-storage dboe-trans-data dboe-transaction iri shacl shex tdb tdb2"
JENA_NEEDS = (
    "slf4j-api slf4j-nop commons-cli commons-codec commons-compress commons-csv commons-io commons-lang3 gson guava "
    "dexx.collection thrift httpclient httpcore jackson-core jackson-annotations jackson-databind jsonld-java "
    "titanium-json-ld jakarta.json-api protobuf"
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TRIPLES)
def test_rdflib_reads_turtle_and_trig_to_the_same_graph(
    triples: list[tuple[NamedNode, NamedNode, rdf.Term]],
) -> None:
    engine = asserted(triples)
    expected = rdflib.Graph().parse(data=written(engine, "graph", "ntriples"), format="nt")
    assert set(rdflib.Graph().parse(data=written(engine, "graph", "turtle"), format="turtle")) == set(expected)
    with warnings.catch_warnings():  # rdflib's own parser calls what rdflib deprecates
        warnings.simplefilter("ignore", DeprecationWarning)
        dataset = rdflib.Dataset()
        dataset.parse(data=written(engine, "evidence", "trig"), format="trig")
        assert set(dataset.graph(rdflib.URIRef(PLACE.value))) == set(expected)


@pytest.fixture(params=["odd", "shipped"])
def exported(request: pytest.FixtureRequest) -> Engine:
    """A graph with what readers stumble over, and the shipped one."""
    return odd_engine() if request.param == "odd" else request.getfixturevalue("engine")


def test_rapper_reads_turtle_and_trig(exported: Engine, tmp_path: Path) -> None:
    rapper = shutil.which("rapper")
    if not rapper:
        pytest.skip("rapper is not installed (Debian: raptor2-utils)")
    facts, evidence = facts_of(exported), evidence_of(exported)
    triples = {str(quad.triple) for quad in rdf.parse_statements(evidence)}
    for what, syntax in (("graph", "turtle"), ("graph", "ntriples"), ("evidence", "trig"), ("evidence", "nquads")):
        file = tmp_path / syntax
        file.write_bytes(written(exported, what, syntax))
        command = [rapper, "-q", "-i", syntax, "-o", "ntriples", str(file)]
        done = subprocess.run(command, capture_output=True, check=True)
        assert not done.stderr
        assert read(done.stdout, "ntriples") == (facts if what == "graph" else triples)


@pytest.fixture(scope="module")
def riot(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command line of Jena's riot."""
    java = shutil.which("java")
    core = JARS / "jena-core.jar"
    if not java or not core.exists():
        pytest.skip("Jena is not installed (Debian: libapache-jena-java and a Java)")
    # Debian moved the Xerces classes in this archive, and left their messages where they were.
    overlay = tmp_path_factory.mktemp("jena")
    with ZipFile(core) as archive:
        for member in archive.namelist():
            if member.endswith(".properties") and "/ext/xerces/" in member:
                file = overlay / "xerces" / member.partition("/ext/xerces/")[2]
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(archive.read(member))
    names = [f"jena-{name}" for name in JENA.split()] + JENA_NEEDS.split()
    jars = [str(overlay), *(str(JARS / f"{name}.jar") for name in names)]
    return [java, "-cp", os.pathsep.join(jars), "riotcmd.riot", "--output=nquads"]


@pytest.mark.slow
def test_riot_reads_every_format(riot: list[str], exported: Engine, tmp_path: Path) -> None:
    facts, evidence = facts_of(exported), evidence_of(exported)
    for syntax, ending in {"turtle": "ttl", "ntriples": "nt", "trig": "trig", "nquads": "nq"}.items():
        file = tmp_path / f"odd.{ending}"
        file.write_bytes(written(exported, None, syntax))
        done = subprocess.run([*riot, str(file)], capture_output=True, check=True)
        assert not done.stderr, done.stderr.decode()
        assert read(done.stdout, "nquads") == (evidence if syntax in ("trig", "nquads") else facts)
