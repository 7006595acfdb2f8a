"""Writes over HTTP: SPARQL 1.1 Update, the Graph Store Protocol and `POST /commits`; each becomes one commit."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from werkzeug.exceptions import Forbidden, Unauthorized, UnsupportedMediaType

from kg.engine import guard
from kg.errors import AtlanteError, BadInput
from kg.patch import Patch
from kg.settings import get_number
from kg.writing import Finding, Write, Written
from kg.writing.tokens import Token, Tokens
from server.dumps import named_graph
from server.endpoint import query_limits
from server.exchange import Exchange
from server.language import of_header
from server.negotiate import DATASETS, GRAPHS, RDF_PATCH
from server.protocol import Update
from server.writer import WriterClient

_OFF = "This service takes no writes; facts change with `kg build`, or start it with KG_WRITES=1 (docs/writing.md)."
_SYNTAXES = {media: offer.name for offer in (*GRAPHS, *DATASETS) for media in offer.media}
_KINDS = {"PUT": "put", "POST": "post", "DELETE": "delete"}


class Refused(AtlanteError):
    """A write whose result breaks a rule; `findings` say which and how to mend it."""

    def __init__(self, written: Written, language: str) -> None:
        self.findings = [told(one, language) for one in written.findings]
        count = sum(one.severity == "Violation" for one in written.findings)
        what = f"the change breaks the rules: {count} violation{'s' * (count > 1)}"
        super().__init__(what, "", "The graph is as it was. `results` says what to mend; a `fix` can be sent instead.")


class Writes:
    """Takes writes from clients with a token, where the setting `writes` is on; knows who reads what is embargoed."""

    def __init__(self, store: Path) -> None:
        self.on = bool(get_number("writes"))
        self._tokens = Tokens(store)
        self._writer = WriterClient(store)
        self._limits = query_limits()

    async def update(self, exchange: Exchange, asked: Update) -> None:
        """Carry out a SPARQL update (SPARQL 1.1 Protocol, section 2.2)."""
        guard.check_update(asked.text, self._limits)
        using = (asked.graphs, asked.named_graphs) if asked.graphs or asked.named_graphs else (None, None)
        token = self.require_token(exchange)
        write = _write(exchange, token, "update", asked.text, exchange.parameter("graph") or "")
        await self._answer(exchange, replace(write, using=using[0], using_named=using[1]))

    async def graph(self, exchange: Exchange, path: str) -> None:
        """Replace, add to or delete a graph (SPARQL 1.1 Graph Store HTTP Protocol, sections 5.3 to 5.5)."""
        token, named = self.require_token(exchange), named_graph(exchange, path)
        if not named:
            repair = "Name a graph of a source by graph=<IRI>; the default graph is what all sources say together."
            raise BadInput("the request names no graph that can be written", "", repair)
        body = await _text(exchange) if exchange.method != "DELETE" else ""
        write = _write(exchange, token, _KINDS[exchange.method], body, named)
        if exchange.method != "DELETE":
            write = replace(write, syntax=_syntax(exchange, [media for offer in GRAPHS for media in offer.media]))
        await self._answer(exchange, write)

    async def commit(self, exchange: Exchange) -> None:
        """Take an RDF Patch, or a document whose statements are added, as a commit."""
        token = self.require_token(exchange)
        syntax = _syntax(exchange, [*RDF_PATCH.media, *_SYNTAXES])
        kind = "patch" if syntax == RDF_PATCH.name else "add"
        graph = exchange.parameter("graph") or ""
        write = _write(exchange, token, kind, await _text(exchange), graph)
        await self._answer(exchange, replace(write, syntax="" if kind == "patch" else syntax))

    async def close(self) -> None:
        """End the writing process if it is here."""
        await self._writer.close()

    def require_token(self, exchange: Exchange) -> Token:
        """Return the token that a write bears; raises Forbidden where writing is off, Unauthorized without one."""
        if not self.on:
            raise Forbidden(_OFF)
        if exchange.token is None:
            raise _unauthorized("A write needs a token.", "")
        return exchange.token

    def token(self, exchange: Exchange) -> Token | None:
        """Return the token that a request bears (RFC 6750, section 2.1), None where it bears none.

        Raises Unauthorized for one that is unknown or revoked.
        """
        scheme, _, secret = exchange.header(b"authorization").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = self._tokens.find(secret.strip())
        if token is None:
            raise _unauthorized("The token is unknown or revoked.", ', error="invalid_token"')
        return token

    async def _answer(self, exchange: Exchange, write: Write) -> None:
        written = await self._writer.submit(write)
        language = of_header(exchange.parameter("lang"), exchange.header(b"accept-language"))
        if written.refused:
            raise Refused(written, language)
        body = _plain(exchange, write, written, language)
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
        headers.append((b"atlante-commit", str(written.head).encode()))
        if written.commit:
            headers.append((b"location", f"{exchange.root}/commits/{written.commit.number}".encode()))
        await exchange.reply(201 if written.commit else 200, headers, json.dumps(body, ensure_ascii=False).encode())


def _unauthorized(wrong: str, more: str) -> Unauthorized:
    error = Unauthorized(f"{wrong} `kg token make` makes one; send it as Authorization: Bearer <token>.")
    challenge = f'Bearer realm="Atlante"{more}'
    error.get_headers = lambda *_: [("WWW-Authenticate", challenge)]  # type: ignore[method-assign]
    return error


def _write(exchange: Exchange, token: Token, kind: str, text: str, graph: str) -> Write:
    dry_run = exchange.parameter("dry-run")
    if dry_run not in (None, "", "0", "1"):
        raise BadInput(f"the parameter dry-run cannot be {dry_run!r}", "", "It can be 1, or be left out.")
    return Write(
        kind,
        text,
        token.author,
        token.sources,
        token.reads,
        message=exchange.parameter("message") or "",
        graph=graph,
        expected=_expected(exchange),
        dry_run=dry_run == "1",
    )


def told(finding: Finding, language: str) -> dict[str, Any]:
    """Return what a client is told of a finding, its message in the client's language."""
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "focus": finding.focus,
        "path": finding.path,
        "message": finding.message[language],
        "statements": finding.statements,
        "fix": finding.fix,
    }


def _plain(exchange: Exchange, write: Write, written: Written, language: str) -> dict[str, Any]:
    changed = bool(written.added or written.removed)
    return {
        "commit": written.commit.number if written.commit else None,
        "href": f"{exchange.root}/commits/{written.commit.number}" if written.commit else None,
        "head": written.head,
        "dryRun": write.dry_run,
        "changed": changed,
        "added": len(written.added),
        "removed": len(written.removed),
        "patch": "".join(Patch(written.added, written.removed).rows()) if write.dry_run else None,
        "results": [told(one, language) for one in written.findings],
    }


def _expected(exchange: Exchange) -> int | None:
    """Return the commit that a client relies on, by If-Match (RFC 9110, section 13.1.1) or `expected=`."""
    given = exchange.parameter("expected") or exchange.header(b"if-match")
    if not given or given == "*":
        return None
    match = re.fullmatch(r'(?:W/)?"?(\d{1,15})(?:-[0-9a-f]+)?"?', given.strip())
    if not match:
        raise BadInput(f"{given!r} names no commit", "If-Match", 'Send the number of a commit, e.g. If-Match: "42".')
    return int(match[1])


def _syntax(exchange: Exchange, taken: list[str]) -> str:
    """Return the name of the syntax of a request's body; raises UnsupportedMediaType for one that is not taken."""
    media = exchange.header(b"content-type").partition(";")[0].strip().lower()
    if media not in taken:
        raise UnsupportedMediaType(f"A body comes as one of {', '.join(taken)}; this one as {media or 'nothing'}.")
    return RDF_PATCH.name if media in RDF_PATCH.media else _SYNTAXES[media]


async def _text(exchange: Exchange) -> str:
    body = await exchange.body()
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise BadInput("the body is not UTF-8", f"byte {error.start}", "Send it as UTF-8.") from error
