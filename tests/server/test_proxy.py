"""Behind a real nginx: every address that is given out leads back through it, under any host and any prefix."""

import http.client
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from client import BROWSER, Client
from running import FEW, ROOT, Service, free_port, plain, serving

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
HOST = "atlas.example.org"
LINK = re.compile(r'(?:href|src|action)="([^"]*)"')

pytestmark = pytest.mark.skipif(not NGINX and not os.environ.get("CI"), reason="there is no nginx")


@contextmanager
def nginx(service: Service, folder: Path, *, prefix: str) -> Iterator[str]:
    """Run nginx with the configuration that docs/operations/nginx.conf shows; give its address."""
    assert NGINX, "CI installs nginx"
    port = free_port()
    site = (ROOT / "docs" / "operations" / "nginx.conf").read_text(encoding="utf-8")
    site = site.replace("listen 80", f"listen 127.0.0.1:{port}").replace(
        "127.0.0.1:8080", urlsplit(service.address).netloc
    )
    if not prefix:
        site = site.replace("location /kg/", "location /")
        site = re.sub(r".*X-Forwarded-Prefix /kg;\n", "", site)
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    top = f"daemon off; pid {folder}/pid; error_log {folder}/error; events {{}} http {{ access_log off; {paths}\n"
    (folder / "nginx.conf").write_text(f"{top}{site}\n}}\n", encoding="utf-8")
    process = subprocess.Popen([NGINX, "-e", folder / "error", "-p", folder, "-c", folder / "nginx.conf"])
    try:
        _wait(f"http://127.0.0.1:{port}{prefix}/health/live", folder)
        yield f"http://127.0.0.1:{port}{prefix}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def _wait(address: str, folder: Path) -> None:
    with plain() as client:
        for _ in range(100):
            try:
                assert client.get(address).status_code == 200
                return
            except httpx.TransportError:
                time.sleep(0.05)
    raise AssertionError((folder / "error").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=["", "/kg"], ids=["root", "prefix"])
def proxied(
    request: pytest.FixtureRequest, service: Service, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    with nginx(service, tmp_path_factory.mktemp("nginx"), prefix=request.param) as address:
        yield address


@pytest.fixture
def visitor(proxied: str) -> Iterator[Client]:
    """A browser that knows the site by its name."""
    client = Client("http://" + urlsplit(proxied).netloc, BROWSER, Host=HOST)
    yield client
    client.close()


def test_every_link_from_page_to_page_leads_through_the_proxy(proxied: str, visitor: Client) -> None:
    prefix = urlsplit(proxied).path
    waiting, seen = [f"{prefix}/"], set[str]()
    while waiting and len(seen) < 250:
        path = waiting.pop(0)
        seen.add(path)
        answer = visitor.get(path)
        assert answer.status_code in (200, 301, 302, 303), path
        links = [answer.location] if answer.location else []
        if answer.mimetype == "text/html":
            links += map(unescape, LINK.findall(answer.text))
        for link in links:
            target = urlsplit(urljoin(f"http://{HOST}{path}", link))
            if target.netloc != HOST:
                continue
            assert target.path.startswith(f"{prefix}/"), f"{path} leads to {link}"
            address = target._replace(scheme="", netloc="", fragment="").geturl()
            if address not in seen and address not in waiting and "lang=" not in address:
                waiting.append(address)
    assert len(seen) > 100


def test_what_is_negotiated_is_where_the_client_came_by(proxied: str, visitor: Client) -> None:
    prefix = urlsplit(proxied).path
    turtle = visitor.get(f"{prefix}/id/gpt-3", headers={"Accept": "text/turtle"})
    assert (turtle.status_code, turtle.location) == (303, f"{prefix}/data/gpt-3.ttl")
    assert visitor.get(turtle.location).content_type.startswith("text/turtle")
    assert visitor.get(f"{prefix}/id/gpt-3").location == f"{prefix}/page/gpt-3"


@pytest.mark.parametrize("path", ["/sparql", "/service", "/.well-known/void"])
def test_descriptions_name_the_public_address(proxied: str, visitor: Client, path: str) -> None:
    told = visitor.get(urlsplit(proxied).path + path, headers={"Accept": "text/turtle"}).text
    assert f"<http://{HOST}{urlsplit(proxied).path}/sparql>" in told
    assert "127.0.0.1" not in told


def test_the_client_is_whom_nginx_names(proxied: str, visitor: Client, service: Service) -> None:
    mark = f"/page/none-{time.monotonic_ns()}"
    visitor.get(urlsplit(proxied).path + mark, headers={"X-Forwarded-For": "192.0.2.7"})
    time.sleep(0.5)
    entry = next(line for line in service.access.read_text(encoding="utf-8").splitlines() if mark in line)
    assert '"client": "127.0.0.1"' in entry


def test_an_answer_that_breaks_off_breaks_off_behind_the_proxy_too(built_store: Path, tmp_path: Path) -> None:
    with serving(built_store, query_timeout=2, **FEW) as service, nginx(service, tmp_path, prefix="/kg") as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
        connection.request("GET", "/kg/sparql?query=SELECT%20*%20%7B?a%20?b%20?c%20.%20?d%20?e%20?f%7D&format=csv")
        response = connection.getresponse()
        assert response.status == 200
        with pytest.raises(http.client.IncompleteRead):
            response.read()
        connection.close()


def test_who_is_no_proxy_is_not_believed(built_store: Path) -> None:
    with serving(built_store, trusted_proxies="192.0.2.1", **FEW) as service:
        client = Client(service.address, BROWSER)
        claimed = {"X-Forwarded-Prefix": "/evil", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "192.0.2.9"}
        page = client.get("/page/gpt-3", headers=claimed).text
        assert "evil" not in page
        assert "evil" not in client.get("/service?format=ttl", headers=claimed).text
        client.close()
        time.sleep(0.5)
        assert "192.0.2.9" not in service.access.read_text(encoding="utf-8")
