"""Decisions of the place floor: values in, decision out."""
