"""Decisions of the ask floor: values in, decision out."""
