"""Roof: application, worker, command line and demo."""
