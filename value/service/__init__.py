"""One function, one intention."""
