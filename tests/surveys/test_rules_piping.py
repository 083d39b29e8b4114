from hypothesis import given
from hypothesis import strategies as st

from surveys.rules.piping import filled, strangers_in

TICKET = {"service": "VPN", "summary": "{{ticket.key}} <b>", "key": "INC-1"}


def test_the_tickets_words_are_put_in_once() -> None:
    assert filled("About {{ticket.service}} ({{ ticket.key }})", TICKET) == "About VPN (INC-1)"
    assert filled("{{ticket.summary}}", TICKET) == "{{ticket.key}} <b>"


def test_what_is_not_known_is_said_otherwise() -> None:
    assert filled("How was {{ticket.group|the team}}?", TICKET) == "How was the team?"
    assert filled("How was {{ticket.group}}?", {}) == "How was ?"


def test_long_words_are_cut() -> None:
    assert len(filled("{{ticket.summary}}", {"summary": "x" * 5000})) == 120


def test_strangers_are_named() -> None:
    assert strangers_in("{{ticket.service}} {{ticket.kind|this}}") == []
    assert strangers_in("{{person.name}} {{ticket.password}}") == ["person.name", "ticket.password"]
    assert strangers_in("{{ticket.service") == ["{{"]


@given(st.text("{}|. ticketservice", max_size=60))
def test_any_text_is_filled_or_named_as_strange(text: str) -> None:
    assert isinstance(filled(text, TICKET), str)
    if not strangers_in(text) and "{{" not in text:
        assert filled(text, TICKET) == text
