"""What the floor reads of its own tables."""
