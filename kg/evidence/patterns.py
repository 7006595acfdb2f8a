"""Triple patterns and property paths, read from the pieces of a query (SPARQL 1.1 Query Language, 19.8, 75 to 110)."""

from itertools import count

from kg.evidence.tree import Path, Pattern, Piece, written
from kg.names import RDF

_SPECIAL = {"a": f"<{RDF}type>"}
_MODIFIERS = {"?": "maybe", "+": "some", "*": "any"}
_FIRST, _REST, _NIL = (f"<{RDF}{name}>" for name in ("first", "rest", "nil"))
_CLOSED = Piece("mark", "}", apart=True)
_BRACKETS = {"(": ")", "{": "}", "[": "]", "<<": ">>", "{|": "|}"}


class Unreadable(Exception):
    """A query, or a part of one, has a form that is not followed; the message says which."""


class Names:
    """Names for variables that the query does not have, for blank nodes and for what is hidden."""

    def __init__(self, text: str) -> None:
        self.prefix = "_ev"
        while self.prefix in text:
            self.prefix += "v"
        self._numbers = count()

    def fresh(self) -> str:
        """Return a new name."""
        return f"{self.prefix}{next(self._numbers)}"


class Cursor:
    """A place among pieces, and ways on from it."""

    def __init__(self, pieces: list[Piece], names: Names) -> None:
        self._pieces = pieces
        self._at = 0
        self._names = names
        self._labels: dict[str, str] = {}

    @property
    def done(self) -> bool:
        """Whether no piece is left."""
        return self._at >= len(self._pieces)

    @property
    def here(self) -> Piece:
        """The next piece; a closing brace after the last."""
        return _CLOSED if self.done else self._pieces[self._at]

    def take(self) -> Piece:
        """Return the next piece, and go on."""
        piece = self.here
        self._at += 1
        return piece

    def takes(self, *texts: str) -> bool:
        """Go on if the next pieces are these, keywords of any case; tell whether they were."""
        found = [piece.text.upper() for piece in self._pieces[self._at : self._at + len(texts)]]
        if found != list(texts) or self.here.kind not in ("word", "mark"):
            return False
        self._at += len(texts)
        return True

    def sees(self, *texts: str) -> bool:
        """Tell whether the next piece is one of these."""
        return self.here.kind in ("word", "mark") and self.here.text.upper() in texts

    def balanced(self) -> list[Piece]:
        """Return the next piece, to its closing bracket if it is an opening one, and go on."""
        start, depth = self._at, 0
        while not self.done:
            piece = self.take()
            if piece.kind == "mark":
                depth += (piece.text in _BRACKETS) - (piece.text in _BRACKETS.values())
            if depth <= 0:
                break
        return self._pieces[start : self._at]

    def since(self, start: int) -> list[Piece]:
        """Return the pieces from a place to here."""
        return self._pieces[start : self._at]

    @property
    def at(self) -> int:
        """The place, for `since`."""
        return self._at


class PatternReader(Cursor):
    """Reads triples of the same subject, terms and paths."""

    def triples(self) -> list[Pattern]:
        """Read a subject and what is said of it (TriplesSameSubjectPath)."""
        found: list[Pattern] = []
        bracketed = self.sees("[", "(")
        subject = self.node(found)
        if not (bracketed and found and self.sees(".", "}", "]")):
            self._properties(subject, found)
        return found

    def term(self) -> str:
        """Read one term, and return its text; a blank node becomes a variable."""
        piece = self.take()
        if piece.kind == "name" and piece.text.startswith("_:"):
            return "?" + self._labels.setdefault(piece.text, self._names.fresh())
        if piece.kind == "string":
            if self.here.kind == "tag":
                return piece.text + self.take().text
            return f"{piece.text}^^{self.take().text}" if self.takes("^^") else piece.text
        if piece.text in ("+", "-") and self.here.kind == "number":
            return piece.text + self.take().text
        if piece.kind in ("variable", "iri", "name", "number") or piece.text.lower() in ("true", "false"):
            return piece.text
        raise Unreadable(f"the term {piece.text} is not followed")

    def node(self, found: list[Pattern]) -> str:
        """Read a term, a collection or a blank node with its properties, whose triples are added to those found."""
        if self.takes("["):
            node = "?" + self._names.fresh()
            if not self.sees("]"):
                self._properties(node, found)
            self.take()
            return node
        return self._collection(found) if self.takes("(") else self.term()

    def _collection(self, found: list[Pattern]) -> str:
        members: list[str] = []
        while not self.takes(")"):
            if self.done:
                raise Unreadable("a collection is not closed")
            members.append(self.node(found))
        cells = ["?" + self._names.fresh() for _ in members] + [_NIL]
        for number, member in enumerate(members):
            found.append(Pattern(cells[number], _FIRST, member, Path("link", _FIRST)))
            found.append(Pattern(cells[number], _REST, cells[number + 1], Path("link", _REST)))
        return cells[0]

    def _properties(self, subject: str, found: list[Pattern]) -> None:
        while True:
            start = self.at
            path = None if self.here.kind == "variable" else self.path()
            verb = self.take().text if path is None else written(self.since(start))
            while True:
                found.append(Pattern(subject, verb, self.node(found), path))
                if self.sees("{|", "~"):
                    raise Unreadable("annotations of triples are not followed")
                if not self.takes(","):
                    break
            if not self.sees(";"):
                return
            while self.takes(";"):
                pass
            if self.sees(".", "}", "]") or (self.here.kind == "word" and self.here.text != "a"):
                return

    def path(self) -> Path:
        """Read a property path (Path)."""
        parts = [self._sequence()]
        while self.takes("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Path("either", parts=tuple(parts))

    def _sequence(self) -> Path:
        parts = [self._step()]
        while self.takes("/"):
            parts.append(self._step())
        return parts[0] if len(parts) == 1 else Path("sequence", parts=tuple(parts))

    def _step(self) -> Path:
        if self.takes("^"):
            return inverse(self._step())
        if self.takes("("):
            path = self.path()
            self.take()
        elif self.takes("!"):
            path = self._neither()
        else:
            path = Path("link", self._property())
        if self.here.text in _MODIFIERS and not self._is_sign():
            path = Path(_MODIFIERS[self.take().text], parts=(path,))
        return path

    def _is_sign(self) -> bool:
        """Tell whether a plus is that of a number which is the object."""
        after = self._pieces[self._at + 1 : self._at + 2]
        return self.here.text == "+" and bool(after) and after[0].kind == "number" and not after[0].apart

    def _neither(self) -> Path:
        parts: list[Path] = []
        bracketed = self.takes("(")
        while not (bracketed and self.takes(")")):
            kind = "inverse" if self.takes("^") else "link"
            parts.append(Path(kind, self._property()))
            if not bracketed:
                break
            self.takes("|")
        return Path("not", parts=tuple(parts))

    def _property(self) -> str:
        piece = self.take()
        if piece.kind in ("iri", "name"):
            return piece.text
        if piece.text in _SPECIAL:
            return _SPECIAL[piece.text]
        raise Unreadable(f"the property {piece.text} is not followed")


def inverse(path: Path) -> Path:
    """Return the path that leads back (SPARQL 1.1 Query Language, section 9.1), its inverses at the links."""
    if path.kind in ("link", "inverse"):
        return Path("inverse" if path.kind == "link" else "link", path.term)
    parts = tuple(inverse(part) for part in path.parts)
    return Path(path.kind, parts=parts[::-1] if path.kind == "sequence" else parts)
