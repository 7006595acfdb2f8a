"""From a write to a patch: what would differ in the evidence graphs, on the state of the writer's view."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast

from kg import rdf
from kg.engine import Engine, Solutions
from kg.engine.oxigraph import OxigraphEngine
from kg.errors import AtlanteError, BadInput, QueryError
from kg.names import BASE, GENID, INFERRED, SOURCE, shorten, slugify, source_of
from kg.patch import Patch
from kg.paths import query
from kg.writing import Write
from kg.writing.live import LiveView
from kg.writing.operations import Operation, operations, variable

_DEFAULT = rdf.DefaultGraph()
_WITH = "atlanteWith"


class NotAllowed(AtlanteError):
    """A write to a graph that its author may not write."""


def patch_of(view: LiveView, write: Write, advance: Callable[[Patch], None]) -> Patch:
    """Return the patch that a write comes to on a view.

    `advance` brings a patch into the view; it is called between the operations of an update, for each sees what
    the one before has done (SPARQL 1.1 Update, section 3); what it brought in is part of the patch. Raises BadInput
    or QueryError for what cannot be read, NotAllowed for graphs that the author may not write.
    """
    engine = view.evidence
    change = _Change(engine, write)
    if write.kind == "update":
        steps = _read(write.text, write.using, write.using_named)
        for number, step in enumerate(steps, 1):
            patch = change.take(*_effect(view, step, write))
            if number < len(steps):
                advance(patch)
    elif write.kind == "patch":
        change.take_patch(Patch.read(line + "\n" for line in write.text.splitlines() if not _is_header(line)))
    else:
        given = [*_document(write)] if write.kind != "delete" else []
        replaced = engine.quads(graph=_node(write.graph)) if write.kind in ("put", "delete") else ()
        change.take(replaced, given)
    return change.net()


@dataclass
class _Change:
    """What is added and removed so far, against the state in which the write began."""

    engine: Engine
    write: Write
    added: set[str] = field(default_factory=set[str])
    removed: set[str] = field(default_factory=set[str])

    def take(self, deletes: Iterable[rdf.Quad], inserts: Iterable[rdf.Quad]) -> Patch:
        """Take a step in: what is deleted, then what is inserted; return what differs by it."""
        skolems: dict[str, rdf.NamedNode] = {}
        gone = {rdf.statement(found) for quad in deletes for found in self._standing(quad)}
        settled = (self._settled(quad, skolems) for quad in inserts)
        come = {rdf.statement(quad): quad for quad in settled}
        new = [one for one, quad in come.items() if one not in gone and not self._holds(quad)]
        patch = Patch(sorted(new), sorted(gone - come.keys()))
        self._note(patch)
        return patch

    def take_patch(self, patch: Patch) -> None:
        """Take the statements of a patch in; raises BadInput where it removes what is not there."""
        removed = [self._settled(quad, {}) for quad in rdf.parse_statements(patch.removed)]
        for quad in removed:
            if not self._holds(quad):
                told = rdf.statement(quad)
                raise BadInput(f"the patch removes what is not there: {told}", "patch", "Make it on the last commit.")
        self.take(removed, rdf.parse_statements(patch.added))

    def net(self) -> Patch:
        """Return what differs in the end."""
        return Patch(sorted(self.added), sorted(self.removed))

    def _note(self, patch: Patch) -> None:
        for one in patch.removed:
            self.added.discard(one) if one in self.added else self.removed.add(one)
        for one in patch.added:
            self.removed.discard(one) if one in self.removed else self.added.add(one)

    def _holds(self, quad: rdf.Quad) -> bool:
        graph = quad.graph_name
        assert isinstance(graph, rdf.NamedNode)
        return any(self.engine.quads(*rdf.parts(quad.triple), graph))

    def _standing(self, quad: rdf.Quad) -> Iterator[rdf.Quad]:
        """Yield a quad to delete as evidence graphs hold it: a triple of the default graph goes from all of them."""
        quad = _canonical(quad)
        if isinstance(quad.graph_name, rdf.NamedNode):
            if next(self.engine.quads(quad.subject, quad.predicate, quad.object, quad.graph_name), None):  # type: ignore[arg-type]
                yield self._allowed(quad)
            return
        for found in self.engine.quads(quad.subject, quad.predicate, quad.object):  # type: ignore[arg-type]
            # What follows from a rule goes when what it follows from has gone.
            if isinstance(found.graph_name, rdf.NamedNode) and found.graph_name.value != INFERRED:
                yield self._allowed(found)

    def _settled(self, quad: rdf.Quad, skolems: dict[str, rdf.NamedNode]) -> rdf.Quad:
        """Return a quad to insert in a graph that its author may write, canonical, blank nodes as IRIs."""
        if isinstance(quad.graph_name, rdf.DefaultGraph):
            if not self.write.graph:
                raise BadInput(
                    f"a statement of {_told(quad.subject)} names no graph",
                    self.write.kind,
                    f"A fact has its evidence: name a graph of a source for it, e.g. <{SOURCE}notes#p1>.",
                )
            quad = rdf.in_graph(quad.triple, _node(self.write.graph))
        quad = self._allowed(_canonical(quad))
        subject, term = (_skolem(node, skolems, quad) for node in (quad.subject, quad.object))
        assert not isinstance(subject, rdf.Literal), "no RDF syntax has a literal there"
        return rdf.Quad(subject, quad.predicate, term, quad.graph_name)

    def _allowed(self, quad: rdf.Quad) -> rdf.Quad:
        require_allowed(_told_graph(quad), self.write)
        return quad


def require_allowed(graph: str, write: Write) -> None:
    """Raise NotAllowed unless a graph belongs to a source that the write's author may write."""
    if graph == INFERRED:
        raise NotAllowed(
            "what follows from a rule cannot be written or deleted", shorten(graph), "Change what it follows from."
        )
    source = source_of(graph)
    if source is None:
        raise NotAllowed(f"<{graph}> is no graph of a source", "", f"Facts stand in graphs such as <{SOURCE}notes#p1>.")
    slug = source.removeprefix(SOURCE)
    if "*" not in write.sources and slug not in write.sources:
        may = ", ".join(write.sources) or "nothing"
        raise NotAllowed(f"{write.author} may not write {shorten(source)}", "", f"This token may write: {may}.")


def _effect(view: LiveView, step: Operation, write: Write) -> tuple[Iterable[rdf.Quad], Iterable[rdf.Quad]]:
    """Return what an operation deletes and inserts, each quad as often as solutions say it."""
    if step.verb == "MODIFY":
        solutions = list(_solutions(view, step, write)) if step.where else [dict[str, rdf.Term]()]
        deletes = [quad for one in solutions for quad in _filled(step.delete, one, step.within, 0)]
        inserts = [
            quad for number, one in enumerate(solutions) for quad in _filled(step.insert, one, step.within, number)
        ]
        return deletes, inserts
    if step.verb == "CREATE":
        return (), ()
    if {"DEFAULT", "NAMED", "ALL"} & set(step.graphs):
        repair = "Name a graph of a source that you may write."
        raise NotAllowed(f"{step.verb} of all graphs, or of the default graph, is refused", "update", repair)
    if step.verb == "CLEAR":
        return view.evidence.quads(graph=_node(step.graphs[0])), ()
    return _transfer(view.evidence, step)


def _transfer(engine: Engine, step: Operation) -> tuple[list[rdf.Quad], list[rdf.Quad]]:
    """Return what ADD, COPY and MOVE do (SPARQL 1.1 Update, sections 3.2.3 to 3.2.5)."""
    source, target = map(_node, step.graphs)
    if source == target:
        return [], []
    moved = list(engine.quads(graph=source))
    deletes = list(engine.quads(graph=target)) if step.verb != "ADD" else []
    return deletes + (moved if step.verb == "MOVE" else []), [rdf.in_graph(one.triple, target) for one in moved]


def _solutions(view: LiveView, step: Operation, write: Write) -> Iterator[dict[str, rdf.Term]]:
    """Yield what the group of an operation matches; USING comes before WITH (SPARQL 1.1 Update, section 3.1.3)."""
    if step.graphs or step.named:
        given: tuple[tuple[str, ...] | None, ...] = (step.graphs, step.named)
    else:
        given = (write.using, write.using_named)
    inside = bool(step.within) and given == (None, None)
    text = step.prologue + query(f"writing/{'solutions-within' if inside else 'solutions'}").replace("{ }", step.where)
    bindings = {_WITH: _node(step.within)} if inside else None
    # What matches within a graph of evidence alone does not wait for inference.
    alone = inside and step.within != INFERRED and "graph" not in step.where.lower()
    engine = view.evidence if alone else view.engine
    answer = cast(Solutions, engine.query(text, bindings, default_graphs=given[0], named_graphs=given[1], base=BASE))
    for row in answer:
        yield {name: term for name, term in zip(answer.variables, row, strict=True) if term is not None}


def _filled(
    template: tuple[rdf.Quad, ...], solution: dict[str, rdf.Term], within: str, number: int
) -> Iterator[rdf.Quad]:
    """Yield the quads of a template; those that are not legal are left out (SPARQL 1.1 Update, section 3.1.3)."""
    for quad in template:
        terms = [_term(term, solution, number) for term in (quad.subject, quad.predicate, quad.object)]
        graph = _term(quad.graph_name, solution, number)
        if isinstance(quad.graph_name, rdf.DefaultGraph):
            graph = rdf.NamedNode(within) if within else _DEFAULT
        subject, predicate, term = terms
        if not isinstance(subject, rdf.NamedNode | rdf.BlankNode) or not isinstance(predicate, rdf.NamedNode):
            continue
        if term is not None and isinstance(graph, rdf.NamedNode | rdf.DefaultGraph):
            yield rdf.Quad(subject, predicate, term, graph)


def _term(term: object, solution: dict[str, rdf.Term], number: int) -> rdf.Term | None:
    if name := variable(term):
        return solution.get(name)
    if isinstance(term, rdf.BlankNode):
        return rdf.BlankNode(f"{term.value}s{number}")
    return term if isinstance(term, rdf.NamedNode | rdf.Literal) else None


def _document(write: Write) -> Iterator[rdf.Quad]:
    yield from rdf.parse(write.text, rdf.FORMATS[write.syntax], base=write.graph or BASE, where="body")


def _is_header(line: str) -> bool:
    """Tell whether a line of an RDF Patch says something about it only: H, PA, PD, or nothing."""
    return not line.strip() or line.startswith(("H ", "PA ", "PD "))


def _node(iri: str) -> rdf.NamedNode:
    try:
        return rdf.NamedNode(iri)
    except ValueError as error:
        raise BadInput(f"{iri!r} is not an IRI", "graph", "Give an absolute IRI.") from error


def _canonical(quad: rdf.Quad) -> rdf.Quad:
    term = quad.object
    if isinstance(term, rdf.Triple):
        raise BadInput(f"{term} is a triple term (RDF 1.2)", _told(quad.subject), "State it as a statement.")
    if isinstance(term, rdf.Literal):
        return rdf.Quad(quad.subject, quad.predicate, rdf.canonical(term), quad.graph_name)
    return quad


def _skolem(node: object, skolems: dict[str, rdf.NamedNode], quad: rdf.Quad) -> rdf.Term:
    if not isinstance(node, rdf.BlankNode):
        return node  # type: ignore[return-value]
    if node.value not in skolems:
        slug = slugify(_told_graph(quad).removeprefix(SOURCE).partition("#")[0])
        skolems[node.value] = rdf.NamedNode(f"{GENID}{slug}-{secrets.token_hex(8)}")
    return skolems[node.value]


def _told_graph(quad: rdf.Quad) -> str:
    graph = quad.graph_name
    return graph.value if isinstance(graph, rdf.NamedNode) else str(graph)


def _told(node: object) -> str:
    return shorten(node.value) if isinstance(node, rdf.NamedNode) else str(node)


@lru_cache(64)
def _read(text: str, using: tuple[str, ...] | None, named: tuple[str, ...] | None) -> tuple[Operation, ...]:
    """Return the operations of an update; clients send the same one again and again.

    Raises QueryError, with the place, for one that does not parse: an empty graph is what it runs on.
    """
    empty = OxigraphEngine.in_memory()
    try:
        given = {} if using is None else {"using": using, "using_named": named}
        empty.update(text, base=BASE, **given)
    except QueryError as error:
        if isinstance(error.__cause__, SyntaxError):
            raise
    return tuple(operations(text))
