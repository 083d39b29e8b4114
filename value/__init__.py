"""Act: improvements and their measured effect."""
