"""A believable company, generated: its tickets and voices go through the same doors as everybody's."""
