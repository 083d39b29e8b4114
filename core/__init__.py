"""Ground: what every floor stands on. It knows no domain."""
