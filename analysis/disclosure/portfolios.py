"""Which customers are looked after together, so that what they say may be added up."""

from collections.abc import Iterable


def portfolios(scopes: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """The largest sets of at least two customers that nobody sees a part of together with others: whoever sees one of
    the sums of such a set sees all its customers, and two sets have none in common."""
    several = sorted({scope for scope in scopes if len(scope) > 1}, key=sorted)
    seen_by: dict[str, list[int]] = {}
    for number, scope in enumerate(several):
        for customer in scope:
            seen_by.setdefault(customer, []).append(number)
    together: dict[tuple[int, ...], set[str]] = {}
    for customer, numbers in seen_by.items():
        together.setdefault(tuple(numbers), set()).add(customer)
    return sorted((frozenset(one) for one in together.values() if len(one) > 1), key=sorted)
