"""A client of the running service, with the short forms that the tests are written in."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
from running import plain

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Reply:
    """An answer: its status, headers, bytes, text and JSON."""

    def __init__(self, response: httpx.Response) -> None:
        self.status_code = response.status_code
        self.headers = response.headers
        self.data = response.content
        self.text = response.text
        self.content_type = response.headers.get("Content-Type", "")
        self.mimetype = self.content_type.partition(";")[0]
        self.location = response.headers.get("Location", "")

    def get_json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.data)


class Client:
    """Sends requests to an address; `accept` is what it takes where a request says nothing else."""

    def __init__(self, address: str, accept: str = "*/*", **headers: str) -> None:
        self._http = plain(base_url=address, timeout=60, headers={"Accept": accept, **headers})

    def get(self, path: str, **options: Any) -> Reply:
        """Send a GET request."""
        return self.send("GET", path, **options)

    def put(self, path: str, **options: Any) -> Reply:
        """Send a PUT request."""
        return self.send("PUT", path, **options)

    def post(self, path: str, **options: Any) -> Reply:
        """Send a POST request; `data` is bytes, text or a form."""
        return self.send("POST", path, **options)

    def send(
        self,
        method: str,
        path: str,
        *,
        query_string: Mapping[str, Any] | None = None,
        data: Any = None,
        content_type: str | None = None,
        headers: Mapping[str, str] | None = None,
        follow_redirects: bool = False,
    ) -> Reply:
        """Send a request of any method."""
        if query_string:
            path += "?" + urlencode(query_string, doseq=True)
        sent = dict(headers or {})
        if isinstance(data, dict):
            data, content_type = urlencode(data, doseq=True), "application/x-www-form-urlencoded"
        if content_type is not None:
            sent["Content-Type"] = content_type
        response = self._http.request(method, path, content=data, headers=sent, follow_redirects=follow_redirects)
        return Reply(response)

    def close(self) -> None:
        """Close its connections."""
        self._http.close()
