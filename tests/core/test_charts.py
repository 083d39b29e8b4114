"""The geometry of the pictures: inside the frame, in the right order, whatever the values."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.charts import (
    Bar,
    Lane,
    Part,
    Reading,
    Scale,
    Series,
    Stop,
    Tick,
    bar_ci,
    journey_map,
    share_bar,
    snug_scale,
    spark,
    trend,
)
from core.charts.journey import BOTTOM, HEIGHT, LEFT, TOP, WIDTH
from core.charts.scales import spread, ticks
from core.charts.words import shorten, text_width, wrap

levels = st.floats(0, 100)
names = st.text(st.characters(categories=["L", "N", "Zs", "Po"]), min_size=1, max_size=40)
wide_names = st.text("服务台等待备件abc ", min_size=1, max_size=40)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    value = draw(st.none() | levels)
    half = draw(st.none() | st.floats(0, 30))
    if value is None or half is None:
        return Reading(value)
    return Reading(value, value - half, value + half, draw(st.integers(5, 9999)))


stops = st.builds(
    Stop,
    names | wide_names,
    st.none() | levels,
    st.integers(0, 10**6),
    st.sampled_from(["hurts", "watch", "fine", "few"]),
)
lanes = st.builds(Lane, names | wide_names, st.lists(stops, max_size=24), st.none() | levels)


def points(text: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in text.split())]


# scales


@given(st.lists(levels, max_size=30))
def test_a_snug_scale_holds_every_value_and_never_leaves_0_to_100(values: list[float]) -> None:
    scale = snug_scale(values)
    assert 0 <= scale.low < scale.high <= 100
    assert scale.high - scale.low >= 50
    assert all(scale.low <= value <= scale.high for value in values)


def test_a_snug_scale_keeps_its_values_in_the_middle() -> None:
    assert snug_scale([53, 81]) == Scale(40, 90)
    assert snug_scale([96, 99]) == Scale(50, 100)
    assert snug_scale([2]) == Scale(0, 50)


@given(levels, levels)
def test_a_higher_value_never_lies_lower_in_the_picture(one: float, other: float) -> None:
    scale = Scale(0, 100)
    low, high = sorted([one, other])
    assert scale.across(low, 280, 14) >= scale.across(high, 280, 14)


@given(st.floats(-1000, 1000), st.floats(0.001, 1000))
def test_ticks_are_round_and_inside(low: float, span: float) -> None:
    scale = Scale(low, low + span)
    found = ticks(scale)
    assert len(found) <= 7
    assert all(scale.low - 1e-6 <= tick <= scale.high + 1e-6 for tick in found)


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(8, 40)), max_size=12))
def test_labels_are_pushed_apart_in_their_order(boxes: list[tuple[float, float]]) -> None:
    centres, heights = sorted(centre for centre, _ in boxes), [height for _, height in boxes]
    placed = spread(centres, heights, 0, 300)
    for (upper, above), (lower, below) in pairwise(zip(placed, heights, strict=True)):
        assert lower - upper >= (above + below) / 2 - 0.15
    if placed and sum(heights) <= 300:
        assert placed[0] - heights[0] / 2 >= -0.1
        assert placed[-1] + heights[-1] / 2 <= 300.1


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread([20, 100, 200], [10, 10, 10], 0, 300) == [20, 100, 200]


# words


@given(names | wide_names, st.floats(40, 200), st.integers(1, 3))
def test_wrapped_names_stay_within_their_width(text: str, width: float, lines: int) -> None:
    rows = wrap(text, width, 12, lines)
    assert 1 <= len(rows) <= lines
    assert all(text_width(row, 12) <= width for row in rows)


def test_a_long_name_breaks_into_rows_of_about_the_same_length() -> None:
    assert wrap("入职当天账号开通", 90, 12, 2) == ("入职当天", "账号开通")
    assert wrap("Waiting for a spare part", 110, 12, 2) == ("Waiting for", "a spare part")


def test_a_name_that_fits_is_left_alone() -> None:
    assert shorten("等待备件", 60, 12) == "等待备件"
    assert shorten("Service level agreement", 60, 12).endswith("…")


# trend


@given(st.integers(0, 24).flatmap(lambda n: st.lists(st.lists(readings(), min_size=n, max_size=n), max_size=3)))
def test_a_trend_stays_in_its_frame(rows: list[list[Reading]]) -> None:
    series = [Series(look, f"series {look}", row) for look, row in zip("abc", rows, strict=False)]  # type: ignore[arg-type]
    count = len(rows[0]) if rows else 0
    chart = trend(series, [Tick(f"{at}月", str(at * 7)) for at in range(count)])
    for plot in (chart.wide, chart.narrow):
        frame = plot.frame
        drawn = [at for line in plot.lines for text in (*line.paths, *line.bands) for at in points(text)]
        drawn += [(mark.x, mark.y) for line in plot.lines for mark in line.marks]
        assert all(frame.left <= x <= frame.right and frame.top <= y <= frame.bottom for x, y in drawn)
        assert all(0 <= at.x <= frame.width for at in plot.axis)


def test_a_month_that_is_not_shown_is_a_gap_in_the_line() -> None:
    year = [Reading(70.0), Reading(72.0), Reading(None), Reading(71.0), Reading(69.0)]
    line = trend([Series("a", "Functional", year)], [Tick(str(at)) for at in range(5)]).wide.lines[0]
    assert [len(points(path)) for path in line.paths] == [2, 2]
    assert len(line.marks) == 4


def test_a_month_alone_is_a_point_with_a_whisker_and_no_line() -> None:
    line = trend([Series("a", "Functional", [Reading(70, 60, 80)])], [Tick("May")]).wide.lines[0]
    assert line.paths == ()
    assert line.bands == ()
    assert line.marks[0].alone
    assert line.marks[0].high < line.marks[0].y < line.marks[0].low  # type: ignore[operator]


def test_a_series_without_any_value_is_not_drawn() -> None:
    assert trend([Series("a", "Functional", [Reading(None)])], [Tick("May")]).wide.lines == ()


def test_lines_that_end_together_have_their_names_apart() -> None:
    same = [Reading(70.0), Reading(71.0)]
    chart = trend([Series("a", "A", same), Series("b", "B", same), Series("c", "C", same)], [Tick("1"), Tick("2")])
    heights = sorted(line.label_y for line in chart.wide.lines)
    assert all(below - above >= 16.9 for above, below in pairwise(heights))


@pytest.mark.parametrize("months", [3, 12, 36, 120])
def test_labels_on_the_time_axis_do_not_touch_and_the_newest_is_there(months: int) -> None:
    chart = trend([], [Tick(f"2025-{at:03}", "1,214") for at in range(months)])
    for plot in (chart.wide, chart.narrow):
        assert plot.axis[-1].label == f"2025-{months - 1:03}"
        assert all(right.x - left.x >= text_width(left.label, 12) for left, right in pairwise(plot.axis))


# journey


@given(st.lists(lanes, max_size=9))
def test_a_journey_stays_in_its_frame(given_lanes: list[Lane]) -> None:
    chart = journey_map(given_lanes)
    for lane in chart.lanes:
        assert LEFT <= lane.x <= lane.x + lane.width <= WIDTH + 0.2
        assert all(dot.x - dot.radius >= 0 and dot.x + dot.radius <= WIDTH for dot in lane.dots)
        assert all(TOP <= dot.y <= BOTTOM for dot in lane.dots)
        assert all(TOP <= name.y <= HEIGHT for name in lane.names)
    assert all(TOP <= y <= BOTTOM for path in chart.paths for _, y in points(path))


@given(lanes)
def test_names_in_a_lane_never_overlap(lane: Lane) -> None:
    names_down = journey_map([lane]).lanes[0].names
    for upper, lower in pairwise(names_down):
        assert lower.y - upper.y >= 14.5 * len(upper.rows) - 0.3


@given(lanes)
def test_every_stop_is_either_drawn_or_counted_as_unread(lane: Lane) -> None:
    shape = journey_map([lane]).lanes[0]
    assert len(shape.dots) + shape.unread == len(lane.stops)


def test_a_crowded_lane_names_what_hurts_and_lets_the_calm_go() -> None:
    calm = [Stop(f"calm {at}", 80 - at / 10, 900) for at in range(40)]
    chart = journey_map([Lane("Co-create", [*calm, Stop("Spare part", 40, 5, "hurts")])])
    named = [name.stop.label for name in chart.lanes[0].names]
    assert "Spare part" in named
    assert len(named) < 41
    assert len(chart.lanes[0].dots) == 41


def test_more_volume_is_a_larger_dot_and_a_lower_level_lies_lower() -> None:
    small, large = journey_map([Lane("A", [Stop("s", 80, 10), Stop("l", 40, 1000)])]).lanes[0].dots
    assert small.radius < large.radius
    assert small.y < large.y


def test_the_curve_breaks_where_a_lane_has_no_mean() -> None:
    means = [70, 60, None, 50, 55]
    chart = journey_map([Lane(str(at), [], mean) for at, mean in enumerate(means)])
    assert [len(points(path)) for path in chart.paths] == [2, 2]


# bars


@given(st.lists(readings(), max_size=20))
def test_bars_lie_between_0_and_100_percent(values: list[Reading]) -> None:
    chart = bar_ci([Bar("x", reading) for reading in values])
    for shape in chart.shapes:
        assert 0 <= shape.start <= 100
        assert shape.start + shape.width <= 100.1
        assert all(0 <= end <= 100 for end in (shape.low, shape.high) if end is not None)


def test_a_gain_and_a_loss_lie_on_two_sides_of_zero() -> None:
    chart = bar_ci([Bar("loss", Reading(-4, -6, -2)), Bar("gain", Reading(3, 1, 5))])
    loss, gain = chart.shapes
    assert loss.start + loss.width == pytest.approx(chart.zero, abs=0.1)
    assert gain.start == chart.zero


def test_a_bar_that_is_not_shown_keeps_its_row_and_gives_nothing_away() -> None:
    shape = bar_ci([Bar("secret", Reading(None, 3, 5)), Bar("open", Reading(9, 8, 10))]).shapes[0]
    assert (shape.width, shape.low, shape.high) == (0, None, None)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=6))
def test_shares_fill_the_bar_and_their_percentages_add_up(amounts: list[float]) -> None:
    bar = share_bar([Part(str(at), "", amount) for at, amount in enumerate(amounts)])
    if sum(amounts) <= 0:
        assert bar.shapes == ()
        return
    assert sum(shape.percent for shape in bar.shapes) == 100
    assert sum(shape.width for shape in bar.shapes) == pytest.approx(100, abs=0.1)
    assert all(right.start >= left.start for left, right in pairwise(bar.shapes))


# spark


@given(st.lists(st.none() | levels, max_size=40))
def test_a_spark_stays_in_its_box(values: list[float | None]) -> None:
    line = spark(values)
    drawn = [at for path in line.paths for at in points(path)] + list(line.dots)
    assert all(0 <= x <= line.width and 0 <= y <= line.height for x, y in drawn)
    assert (line.last is None) == all(value is None for value in values)
