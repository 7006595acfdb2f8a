"""Requests to a SPARQL server: who asks, how long they wait, and what went wrong, told to a person."""

from collections.abc import Generator, Mapping

import httpx

from kg.errors import QueryError, QueryTimeout, RemoteError

_SHOWN = 300
"""Characters of a server's own message that are passed on."""

_NOT_FOUND = 404

_CUT = ("x-sparql-maxrows", "x-sql-state")
"""Headers by which Virtuoso says of an answer with status 200 that it holds only a part."""

Fields = Mapping[str, str | list[str]]


class Bearer(httpx.Auth):
    """Authentication by a token (RFC 6750, section 2.1)."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        """Send the token with the request."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class Connection:
    """Requests with one authentication and one limit of time; redirects are not followed, they are errors."""

    def __init__(self, auth: httpx.Auth | None, timeout: float) -> None:
        self._client = httpx.Client(auth=auth, timeout=timeout)

    def ask(self, address: str, fields: Fields, accept: str) -> bytes:
        """Return the answer to a query that is sent as a form (SPARQL 1.1 Protocol, section 2.1.2).

        Raises QueryError where the server refuses the query, QueryTimeout after the limit of time, and RemoteError
        where the server cannot be reached, refuses us, fails, or answers what `accept` did not ask for.
        """
        answer = self._send("POST", address, accept=accept, data=fields)
        return _body(answer, accept)

    def tell(self, address: str, text: str, fields: Fields) -> None:
        """Send an update as it is (SPARQL 1.1 Protocol, section 2.2.2); raises as `ask` does."""
        self._send("POST", address, params=fields, content=text.encode(), kind="application/sparql-update")

    def get(self, address: str, fields: Fields, accept: str) -> bytes | None:
        """Return a document, None where there is none (404); raises as `ask` does."""
        answer = self._send("GET", address, accept=accept, params=fields)
        return None if answer.status_code == _NOT_FOUND else _body(answer, accept)

    def close(self) -> None:
        """Close the connections that wait for another request."""
        self._client.close()

    def _send(
        self,
        method: str,
        address: str,
        *,
        accept: str = "*/*",
        kind: str | None = None,
        params: Fields | None = None,
        data: Fields | None = None,
        content: bytes | None = None,
    ) -> httpx.Response:
        headers = {"Accept": accept, **({"Content-Type": kind} if kind else {})}
        try:
            answer = self._client.request(method, address, headers=headers, params=params, data=data, content=content)
        except httpx.TimeoutException as error:
            repair = "Give it more time. A write may have been carried out: read the version before it is sent again."
            raise QueryTimeout("the SPARQL server does not answer in time", address, repair) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            repair = "Look whether it runs, and whether the address is right."
            raise RemoteError(
                f"the SPARQL server cannot be reached, or breaks off: {error}", address, repair
            ) from error
        if not answer.is_success and (method, answer.status_code) != ("GET", _NOT_FOUND):
            raise _refusal(answer, address)
        return answer


def _refusal(answer: httpx.Response, address: str) -> RemoteError | QueryError:
    status = f"{answer.status_code} {answer.reason_phrase}".strip()
    said = " ".join(answer.text.split())[:_SHOWN]
    told = f"{status}: {said}" if said else status
    if answer.status_code == 400:
        return QueryError(f"the SPARQL server refuses what it is sent: {said}", address)
    if answer.status_code in (401, 403):
        repair = "Look at the name, the password or the token, and at what the server lets them do."
        return RemoteError(f"the SPARQL server does not let us in ({status})", address, repair)
    if answer.is_server_error:
        return RemoteError(f"the SPARQL server fails ({told})", address, "Look at its log; then try again.")
    repair = "Look whether this is the address of a SPARQL server, of its queries, its updates or its graphs."
    return RemoteError(f"this does not answer as a SPARQL server ({told})", address, repair)


def _body(answer: httpx.Response, accept: str) -> bytes:
    address = str(answer.url.copy_with(query=None))
    if any(header in answer.headers for header in _CUT):
        repair = "Raise the server's limits (Virtuoso: ResultSetMaxRows, MaxQueryExecutionTime), or ask for less."
        raise RemoteError("the SPARQL server gives only a part of the answer", address, repair)
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind != accept:
        repair = "Look whether this is the address of a SPARQL server."
        raise RemoteError(f"the answer is {kind or 'of no type'}, {accept} was asked for", address, repair)
    return answer.content
