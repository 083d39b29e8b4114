"""Turning the rows of any log into neutral ticket events, as a mapping file says."""

from journeys.rules.mapping.columns import Cells, csv_cells, json_cells
from journeys.rules.mapping.document import load_mapping
from journeys.rules.mapping.rows import Mapper
from journeys.rules.mapping.times import TimeMisfit

__all__ = ["Cells", "Mapper", "TimeMisfit", "csv_cells", "json_cells", "load_mapping"]
