"""What the place floor does: one function, one intention."""
