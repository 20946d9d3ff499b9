"""Requests made from the published description, by all roles: no server error, no response that the description does not know."""

import pytest
import schemathesis
from apiflask import APIFlask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from finder.keys import Scope
from tests.finder.conftest import Office

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def roles(office: Office) -> list[dict[str, str]]:
    return [{}, office.key(), office.key(*Scope, grants=frozenset({"org", "group:board"})), {"Authorization": "Bearer ef_0_0"}]


def test_no_request_made_from_the_description_breaks_the_service(app: APIFlask, roles: list[dict[str, str]]) -> None:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) == 27  # all but the description itself

    @settings(
        max_examples=200, deadline=None, phases=[Phase.generate], derandomize=True, suppress_health_check=list(HealthCheck), database=None
    )
    @given(st.data())
    def attempt(data: st.DataObject) -> None:
        operation = data.draw(st.sampled_from(operations))
        case = data.draw(operation.as_strategy())
        case.call_and_validate(checks=CHECKS, headers=data.draw(st.sampled_from(roles)))

    attempt()
