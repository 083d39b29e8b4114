"""Pictures as geometry: values in, coordinates out. Templates draw them, the style sheet colours them."""

from core.charts.bars import Bar, BarChart, Part, ShareBar, bar_ci, share_bar
from core.charts.journey import JourneyChart, Lane, Stop, journey_map
from core.charts.scales import Reading, Scale, snug_scale
from core.charts.spans import Span, SpanChart, span_chart
from core.charts.spark import Spark, spark
from core.charts.stream import Station, StreamChart, Way, stream_chart
from core.charts.trend import Series, Tick, TrendChart, trend

__all__ = [
    "Bar",
    "BarChart",
    "JourneyChart",
    "Lane",
    "Part",
    "Reading",
    "Scale",
    "Series",
    "ShareBar",
    "Span",
    "SpanChart",
    "Spark",
    "Station",
    "Stop",
    "StreamChart",
    "Tick",
    "TrendChart",
    "Way",
    "bar_ci",
    "journey_map",
    "share_bar",
    "snug_scale",
    "span_chart",
    "spark",
    "stream_chart",
    "trend",
]
