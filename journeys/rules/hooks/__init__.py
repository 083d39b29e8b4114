"""Webhooks of ticket systems: is the caller the one it says, and what does its payload tell."""

from journeys.rules.hooks.lines import line_of
from journeys.rules.hooks.paths import values_in
from journeys.rules.hooks.payloads import HookReader
from journeys.rules.hooks.signatures import is_genuine

__all__ = ["HookReader", "is_genuine", "line_of", "values_in"]
