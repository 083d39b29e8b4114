"""The interface for programs keeps its own description, whatever it is sent: made from it, thousands of ways wrong."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.conftest import SECRET
from tests.support.installation import Installation

EXAMPLES = int(os.environ.get("TOUCHSTONE_TEST_EXAMPLES", "6"))
FROM_OUTSIDE = "/api/v1/tickets", "/api/v1/invitations", "/api/v1/indicators", "/hooks"
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("interface"), SECRET_KEY=SECRET)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def tokens(server: Installation) -> dict[str, str]:
    made = {role: server.touchstone("token", "add", role, "--role", role) for role in ("admin", "integration")}
    return {role: told.splitlines()[-1].strip() for role, told in made.items()}


def test_whatever_a_program_sends_it_is_answered_as_described(server: Installation, tokens: dict[str, str]) -> None:
    schema, wrong = schemathesis.openapi.from_url(f"{server.url}/api/openapi.json"), list[str]()
    for described in schema.get_all_operations():
        operation = described.ok()
        token = tokens["integration" if operation.path.startswith(FROM_OUTSIDE) else "admin"]
        try:
            tried(operation, {"Authorization": f"Bearer {token}"})
        except (FailureGroup, Failure) as failed:
            wrong.append(f"{operation.label}: {failed}")
    assert not wrong, "\n\n".join(wrong)


def tried(operation: APIOperation[Any, Any, Any, Any], headers: dict[str, str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def check(case: Case) -> None:
        case.call_and_validate(checks=CHECKS, headers=headers)

    check()
