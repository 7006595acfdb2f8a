"""What the routes that tell of changes take and give, for `/openapi.json`."""

from dataclasses import replace

from server.changes import COMPARE_OFFERS, HISTORY_OFFERS
from server.commits import LIST_OFFERS, OFFERS
from server.parameters import LANG, NUMBER, Operation, Parameter, in_format, media

_REFUSALS = (400, 404, 406, 503)
_THING = Parameter("thing", "A thing: its IRI, its slug, or any of its names.", example="gpt-3")

CHANGES = (
    Operation(
        "/commits",
        (
            Parameter("since", "Leaves the commits after this one.", {"type": "integer", "minimum": 0}),
            NUMBER,
            in_format(LIST_OFFERS),
            LANG,
        ),
        media(LIST_OFFERS),
        (),
        (400, 406, 503),
    ),
    Operation(
        "/commits/<int:number>",
        (
            Parameter("number", "The number of the commit.", {"type": "integer"}, 1, required=True),
            in_format(OFFERS),
            LANG,
        ),
        media(OFFERS),
        (),
        _REFUSALS,
    ),
    Operation(
        "/history",
        (replace(_THING, required=True), NUMBER, in_format(HISTORY_OFFERS), LANG),
        media(HISTORY_OFFERS),
        (),
        _REFUSALS,
    ),
    Operation(
        "/compare",
        (
            Parameter("from", "A commit: its number, or a day or time at whose end it was the last.", example="1"),
            Parameter("to", "The other commit; the last one where it is left out.", example="2"),
            _THING,
            in_format(COMPARE_OFFERS),
            LANG,
        ),
        media(COMPARE_OFFERS),
        (),
        _REFUSALS,
    ),
)
