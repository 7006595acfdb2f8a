"""The language of labels: `?lang=` wins, then `Accept-Language`, then English."""

from typing import Any

from flask import Flask, g, request
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LANGUAGES = ("en", "it")


def chosen() -> str:
    """Return the language of this request, one of LANGUAGES."""
    return g.language


def of_header(asked: str | None, accept: str) -> str:
    """Return the language, one of LANGUAGES, that a request asks for outside Flask."""
    if asked and asked.lower()[:2] in LANGUAGES:
        return asked.lower()[:2]
    return parse_accept_header(accept, LanguageAccept).best_match(LANGUAGES) or LANGUAGES[0]


def preferred() -> list[str]:
    """Return language tags by preference, the chosen one first; "" stands for no tag."""
    return [chosen(), "", *(language for language in LANGUAGES if language != chosen())]


def register(app: Flask) -> None:
    """Settle the language before each request; a language asked for by `?lang=` stays in the links of the page."""
    app.before_request(_settle)
    app.url_defaults(_keep)


def _settle() -> None:
    asked = request.args.get("lang", "").lower()[:2]
    g.language_asked = asked if asked in LANGUAGES else ""
    g.language = g.language_asked or request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def _keep(endpoint: str, values: dict[str, Any]) -> None:
    asked = g.get("language_asked", "")
    if asked and "lang" not in values and endpoint not in ("static", "exports.export"):
        values["lang"] = asked
