"""What a message costs while very many arrive: nothing at first, then work that doubles. Nobody is ever refused."""

WINDOW = 600  # seconds
FREE = 120  # messages within the window before anything has to be done for another one
FIRST_COST, FIRST_WAIT = 25, 5  # hashes each try (256 tries on average), seconds
MOST_COST, LONGEST_WAIT = 6400, 600
VALID = 3600  # seconds for which a challenge may be shown


def level(messages: int) -> int:
    """0 while it is free; then 1 more each time the flood doubles."""
    return 0 if messages <= FREE else (messages // FREE).bit_length()


def cost(at_level: int) -> int:
    return min(MOST_COST, FIRST_COST << at_level)


def wait(at_level: int) -> int:
    """Seconds after which the same challenge counts as paid without any work: for browsers without scripts."""
    return min(LONGEST_WAIT, FIRST_WAIT << at_level)


def told_of(messages: int, smallest_group: int) -> int:
    """How many messages may be spoken of: a whole number of groups, so that it never moves by less than one group."""
    return messages // smallest_group * smallest_group
