"""Requests of every kind that /openapi.json describes, and of kinds that it does not: none meets an error of ours."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from running import Service, serving
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS

# The client that schemathesis makes leaves its connections to the collector.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")]

DAY = re.compile(r"\d{4}-\d\d-\d\d")
BUSY = {503, 504}
"""What a query that takes too long, or comes when all processes are busy, may be told."""


@pytest.fixture(scope="module")
def described(built_store: Path) -> Iterator[Service]:
    with serving(built_store, query_timeout=2, query_workers=4, query_queue=100) as service:
        yield service


@pytest.mark.parametrize("mode", GenerationMode)
def test_every_request_is_answered_as_the_description_says(described: Service, mode: GenerationMode) -> None:
    description = schemathesis.openapi.from_url(f"{described.address}/openapi.json")
    checks = CHECKS.get_by_names(["content_type_conformance", "response_schema_conformance"])
    answered = 0
    for found in description.get_all_operations():
        operation = found.ok()

        @settings(max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy(generation_mode=mode))
        def answer(case: Case) -> None:
            nonlocal answered
            _on_one_day(case)
            response = case.call()
            assert response.status_code < 500 or response.status_code in BUSY, (case.as_curl_command(), response.text)
            if str(response.status_code) in case.operation.definition.raw["responses"]:
                case.validate_response(response, checks=checks)
            answered += 1

        with suppress(Unsatisfiable):  # what has no parameters can be asked in no wrong way
            answer()
    assert answered > 100


def _on_one_day(case: Case) -> None:
    """Ask for one day where a day is asked for: each day has a view made for it, which is answered as any other is."""
    query = case.query or {}
    for name in {"known-by", "valid-on"} & set(query):
        if DAY.fullmatch(str(query[name])):
            query[name] = "2020-10-01"
