from dataclasses import FrozenInstanceError
from datetime import timedelta

import pytest

from core.auth import rules
from core.auth.models import Role
from core.auth.rules import browser_name, check_password, checked_email, matching_step, needs_customers
from core.auth.schemas import Attempt, Enrolment, Identity, NewSession, Principal, scope_of
from core.errors import Invalid


def test_a_manager_sees_the_named_customers_only() -> None:
    assert scope_of(Role.MANAGER, ["acme", "globex", "acme"]) == {"acme", "globex"}


def test_a_manager_without_customers_sees_nothing() -> None:
    assert scope_of(Role.MANAGER, []) == frozenset()


def test_an_admin_sees_all_whatever_is_named() -> None:
    assert scope_of(Role.ADMIN, ["acme"]) is None


def test_an_integration_writes_for_the_named_customers_or_for_all() -> None:
    assert scope_of(Role.INTEGRATION, ["acme"]) == {"acme"}
    assert scope_of(Role.INTEGRATION, []) is None


def test_a_customer_sees_their_own_people_only() -> None:
    assert scope_of(Role.CUSTOMER, ["acme"]) == {"acme"}
    assert scope_of(Role.CUSTOMER, []) == frozenset()


def test_managers_and_admins_act_and_nobody_else_does() -> None:
    acting = [role for role in Role if Principal("x", role, None).is_manager]
    assert acting == [Role.ADMIN, Role.MANAGER]


def test_who_is_asking_is_whole_unless_told_otherwise_and_cannot_be_changed_afterwards() -> None:
    bob, session = Principal("bob", Role.MANAGER, frozenset({"acme"})), NewSession("cookie")
    assert (bob.must_enrol, session.half) == (False, False)
    others = Enrolment("uri", "secret"), Attempt("s", "n", "v", "/", 0), Identity("i", "bob@acme.example", True)
    for record, name in zip((bob, session, *others), ("scope", "half", "secret", "next", "openid"), strict=True):
        with pytest.raises(FrozenInstanceError):
            setattr(record, name, None)


def test_an_address_is_compared_in_lower_case() -> None:
    assert checked_email("  Alice@Acme.Example ") == "alice@acme.example"


NO_ADDRESS = ["", "alice", "@acme", "alice@", "a b@c", "a@b\r\nBcc: x@y", "a\x00@b", "a" * 250 + "@b.cd"]


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_it_refuses_what_is_no_address(address: str) -> None:
    with pytest.raises(Invalid):
        checked_email(address)


def test_a_password_has_twelve_characters() -> None:
    check_password("x" * 12)
    with pytest.raises(Invalid, match="at least 12"):
        check_password("x" * 11)


def test_a_password_is_no_book() -> None:
    check_password("x" * 1024)
    with pytest.raises(Invalid):
        check_password("x" * 1025)


def test_an_address_may_be_as_long_as_mail_takes_it_and_hold_a_mark() -> None:
    longest = "a" * 249 + "@b.cd"
    assert checked_email(longest) == longest
    assert checked_email("a!b@c.de") == "a!b@c.de"
    with pytest.raises(Invalid):
        checked_email("a" + longest)


def test_what_was_handed_out_ends_in_time() -> None:
    assert timedelta(hours=12) == rules.SESSION_LENGTH
    assert timedelta(minutes=5) == rules.HALF_LENGTH
    assert timedelta(days=3) == rules.LINK_LENGTH
    assert rules.RECOVERY_CODES == 10


def test_who_sees_named_customers_has_to_be_given_some() -> None:
    assert [role for role in Role if needs_customers(role)] == [Role.MANAGER, Role.CUSTOMER]


RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of the examples in RFC 6238, appendix B


@pytest.mark.parametrize(("at", "code", "step"), [(59, "287 082", 1), (1111111109, "081804", 37037036)])
def test_a_code_is_good_in_its_step_and_beside_it_and_once(at: float, code: str, step: int) -> None:
    assert [matching_step(RFC_SECRET, code, at + 30 * n, 0) for n in (-2, -1, 0, 1, 2)] == [
        None,
        step,
        step,
        step,
        None,
    ]
    assert matching_step(RFC_SECRET, code, at, step - 1) == step
    assert matching_step(RFC_SECRET, code, at, step) is None
    assert matching_step(RFC_SECRET, "000000", at, 0) is None


def test_a_browser_is_told_as_its_owner_knows_it() -> None:
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0"
    safari = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605.1.15 Version/17.0 Safari/605.1.15"
    assert [browser_name(one) for one in (edge, safari, "curl/8.0")] == ["Edge, Windows", "Safari, macOS", ""]
