"""Kinds of findings; only the first is an alarm."""

NEGATIVE = "negative_moment_of_truth"
POSITIVE = "positive_moment_of_truth"
WATCH = "watch"
RECOVERED = "recovered"
LEVEL_CHANGE = "level_change"
ORDER = (NEGATIVE, LEVEL_CHANGE, WATCH, RECOVERED, POSITIVE)
