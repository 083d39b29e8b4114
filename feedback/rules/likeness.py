"""How alike two messages are, in any language: by the runs of three characters that they share (Jaccard index)."""

RUN = 3
ALIKE = 0.1  # from here on two messages are offered as belonging together: a person decides


def runs(text: str) -> frozenset[str]:
    plain = " ".join(text.casefold().split())
    return frozenset(plain[at : at + RUN] for at in range(max(1, len(plain) - RUN + 1)))


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """0 nothing in common, 1 the same runs."""
    return len(one & other) / len(one | other) if one | other else 0.0
