"""Decisions of the floor that acts."""
