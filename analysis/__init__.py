"""Make sense: experiences, mentions, rollups and reports behind one disclosure gate."""
