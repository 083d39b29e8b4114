"""Which kept payloads of a ticket system tell of somebody."""

import pytest

from journeys.rules.erased import tells_of


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"caller": {"mail": "KIRA@acme.example"}}', True),
        ('{"note": "says \\u5c0f\\u6797 again"}', True),  # escapes hide no name
        ('{"number": "INC-7"}', True),
        ('{"user_id": 42}', True),
        ('{"user_id": "42"}', True),
        ('{"number": "INC-77", "user_id": 4200, "text": "INC-7 was another one"}', False),
        ('{"user_id": 42', True),  # no JSON: still looked into
        ("{}", False),
    ],
)
def test_a_payload_tells_by_a_word_anywhere_and_by_a_key_as_a_whole_value(body: str, told: bool) -> None:
    assert tells_of(body.encode(), {"kira@acme.example", "小林"}, {"INC-7", "42"}) is told
