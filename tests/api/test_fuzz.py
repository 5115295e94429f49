"""Inputs made from the API's own description: no answer is a 5xx, and all are as described."""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from vitals.api.app import create_app
from vitals.api.config import ApiConfig

SCHEMA = schemathesis.openapi.from_dict(create_app(ApiConfig(dsn="")).openapi())
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3"))  # for each route
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]


@pytest.mark.slow
@SCHEMA.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_input_breaks_it(api, case):
    case.headers["Authorization"] = f"Bearer {api.everything}"
    if "participant_id" in case.path_parameters:
        case.path_parameters["participant_id"] = "p1"  # else every answer is a 404
    case.call_and_validate(base_url=api.url, checks=CHECKS, timeout=120)
