"""Ask: surveys, whom to ask, invitations and responses."""
