import pytest

from core.auth.models import Role
from core.auth.rules import check_password, checked_email
from core.auth.schemas import Principal, scope_of
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
