"""Who is asking: users, their sessions, and the tokens of other programs."""
