"""Kinds of findings; only the first is an alarm."""

NEGATIVE = "negative_moment_of_truth"
POSITIVE = "positive_moment_of_truth"
WATCH = "watch"
RECOVERED = "recovered"
LEVEL_CHANGE = "level_change"
CARRIED_OVER = "carried_over"
HARMLESS = "low_and_harmless"
ORDER = (NEGATIVE, LEVEL_CHANGE, WATCH, RECOVERED, CARRIED_OVER, HARMLESS, POSITIVE)
