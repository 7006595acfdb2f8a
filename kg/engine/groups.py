"""What the groups of a query are made of: which parts have nothing in common, and which part leaves no answer."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from kg.engine.tokens import Token, closes, opening, place, tokens
from kg.errors import AtlanteError

_FORMS = {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}
_STARTS = {"OPTIONAL", "MINUS", "FILTER", "BIND", "VALUES", "GRAPH", "SERVICE", "LATERAL"}
_CALLS = {"FILTER", "BIND"}
"""What ends with the first brackets that close; the other parts end with braces."""


@dataclass(frozen=True)
class Part:
    """A part of a group as the client wrote it, and where it begins; line and column from 1."""

    text: str
    line: int
    column: int


@dataclass(frozen=True)
class _Piece:
    """A run of tokens; `kind` is the word it begins with, `{` for a group, "" for triples."""

    kind: str
    tokens: list[Token]


def disconnected(text: str) -> list[list[Part]]:
    """Return the parts of each group whose answers are multiplied: the first part of each set without a common term.

    FILTER joins nothing, for the product is made first. It is silent where it cannot be sure: in groups with a
    sub-SELECT or LATERAL, within EXISTS, and where parts meet through what surrounds their group.
    """
    found = tokens(text)
    ends = _ends(found)
    form = _form(found)
    outer = _outermost(found, ends, form) if form is not None else None
    if outer is None:
        return []
    products: list[list[Part]] = []
    for start, end in ends.items():
        if outer <= start < ends[outer] and found[start].text == "{" and not _is_apart(found, start):
            around = _terms([*found[outer:start], *found[end : ends[outer]]])
            sets = _separate(_pieces(found[start + 1 : end]), around)
            products += [[_part(text, pieces[0]) for pieces in sets]] if len(sets) > 1 else []
    return products


def emptied_by(text: str, ask: Callable[[str], bool]) -> Part | None:
    """Return the part of the outermost group whose addition leaves no answer, None where that cannot be told.

    The group grows part by part, FILTERs last; `ask` tells whether an ASK query holds. Its AtlanteError ends it.
    """
    found = tokens(text)
    ends = _ends(found)
    form = _form(found)
    start = _outermost(found, ends, form) if form is not None else None
    if form is None or start is None:
        return None
    pieces = [part for piece in _pieces(found[start + 1 : ends[start]]) for part in _cut(piece)]
    pieces.sort(key=lambda piece: piece.kind == "FILTER")
    datasets = _datasets(text, found[form:start])
    rest = [i for i in range(ends[start], len(found)) if found[i].text.upper() == "VALUES"]
    values = text[found[rest[0]].offset :] if rest else ""
    head = [text[: found[form].offset], "ASK", *datasets, "{"]
    body: list[str] = []
    try:
        for piece in pieces:
            joined = piece.kind in (";", ",")
            body += ["" if joined or not body else ".", _slice(text, piece.tokens)]
            if piece.kind != "OPTIONAL" and not ask("\n".join([*head, *body, "}", values])):
                return _part(text, piece)
    except AtlanteError:
        return None
    return None


def _form(found: list[Token]) -> int | None:
    return next((i for i, token in enumerate(found) if token.kind == "word" and token.text.upper() in _FORMS), None)


def _ends(found: list[Token]) -> dict[int, int]:
    """Return the index of the closing bracket of each opening one that is closed."""
    ends: dict[int, int] = {}
    opened: list[int] = []
    for index, token in enumerate(found):
        if opening(token):
            opened.append(index)
        elif closes(token):
            if not opened or opening(found[opened[-1]]) != token.text:
                return {}
            ends[opened.pop()] = index
    return {} if opened else dict(sorted(ends.items()))


def _outermost(found: list[Token], ends: dict[int, int], form: int) -> int | None:
    """Return the index of the brace that opens the group of WHERE, past the template of CONSTRUCT."""
    starts = [index for index in ends if found[index].text == "{" and index > form]
    if starts and found[form].text.upper() == "CONSTRUCT" and starts[0] == form + 1:
        starts = [index for index in starts if index > ends[form + 1]]
    return starts[0] if starts else None


def _is_apart(found: list[Token], start: int) -> bool:
    """Tell whether a brace opens no group, or one that is evaluated for each answer of another."""
    before = next((t for t in reversed(found[:start]) if t.kind not in ("variable",) and t.text not in "()"), None)
    return before is not None and before.text.upper() in ("EXISTS", "LATERAL", "VALUES", "CONSTRUCT")


def _pieces(inside: list[Token]) -> list[_Piece]:
    """Cut the tokens of a group into its parts; the dots between them are left out."""
    if inside and inside[0].text.upper() == "SELECT":
        return [_Piece("SELECT", inside)]
    pieces: list[_Piece] = []
    now: list[Token] = []
    depth = 0
    for token, following in pairwise([*inside, Token("mark", "", 0)]):
        begins = token.text == "{" or (token.kind == "word" and token.text.upper() in _STARTS)
        if depth == 0 and (token.text == "." or (begins and now and not _kind(now))):
            pieces += [_Piece(_kind(now), now)] if now else []
            now = []
        if depth == 0 and token.text == ".":
            continue
        now.append(token)
        depth += bool(opening(token)) - closes(token)
        if depth == 0 and closes(token) and _is_whole(_kind(now), token, following):
            pieces.append(_Piece(_kind(now), now))
            now = []
    return [*pieces, _Piece(_kind(now), now)] if now else pieces


def _kind(now: list[Token]) -> str:
    word = now[0].text.upper() if now else ""
    return word if word == "{" or word in _STARTS else ""


def _is_whole(kind: str, token: Token, following: Token) -> bool:
    """Tell whether a part that is not of triples ends with this closing bracket."""
    if kind in _CALLS:
        return True
    return bool(kind) and token.text == "}" and not (kind == "{" and following.text.upper() == "UNION")


def _cut(piece: _Piece) -> list[_Piece]:
    """Cut triples before each `;` and `,` that stands in no bracket."""
    if piece.kind:
        return [piece]
    cut = [_Piece("", [])]
    depth = 0
    for token in piece.tokens:
        depth += bool(opening(token)) - closes(token)
        if depth == 0 and token.text in (";", ","):
            cut.append(_Piece(token.text, []))
        cut[-1].tokens.append(token)
    return [each for each in cut if len(each.tokens) > 1]


def _separate(pieces: list[_Piece], around: set[str]) -> list[list[_Piece]]:
    """Return the parts of a group that bind variables, in sets that share no term."""
    if any(token.text.upper() in ("SELECT", "LATERAL") for piece in pieces for token in piece.tokens):
        return []
    sets: list[tuple[set[str], list[_Piece]]] = []
    for piece in pieces:
        if piece.kind in ("FILTER", "MINUS"):
            continue
        terms = _terms(piece.tokens)
        if terms & around:
            terms.add("")  # what meets outside the group
        binds = [piece] if piece.kind in ("", "GRAPH", "SERVICE", "{") else []
        joined = [each for each in sets if each[0] & terms]
        sets = [each for each in sets if not each[0] & terms]
        for each in joined:
            terms |= each[0]
            binds = each[1] + binds
        sets.append((terms, binds))
    return [binds for terms, binds in sets if binds and any(term[:1] == "?" for term in terms)]


def _terms(found: list[Token]) -> set[str]:
    """Return what can join two parts: variables, blank nodes, and things named as subject or object, not as class."""
    terms = {"?" + token.text[1:] for token in found if token.kind == "variable"}
    terms |= {token.text for token in found if token.kind == "name" and token.text.startswith("_:")}
    for before, token, after in zip([None, *found], found, [*found[1:], None], strict=False):
        is_object = after is None or after.text in (".", ";", ",", "}")
        is_subject = before is None or before.text in (".", "{", "}")
        named_class = before is not None and before.text == "a"
        if token.kind in ("name", "iri") and (is_subject or (is_object and not named_class)):
            terms.add(token.text)
    return terms


def _datasets(text: str, found: list[Token]) -> list[str]:
    """Return the dataset clauses among the tokens before a group, as written."""
    clauses: list[str] = []
    for index, token in enumerate(found):
        if token.kind == "word" and token.text.upper() == "FROM":
            named = 3 if len(found) > index + 1 and found[index + 1].text.upper() == "NAMED" else 2
            clauses.append(_slice(text, found[index : index + named]))
    return clauses


def _slice(text: str, found: list[Token]) -> str:
    return text[found[0].offset : found[-1].end]


def _part(text: str, piece: _Piece) -> Part:
    shown = piece.tokens[1:] if piece.kind in (";", ",") else piece.tokens
    return Part(_slice(text, shown), *place(text, shown[0].offset))
