"""A loss is told on the scale of all pages, in whole points where it is large enough."""

from analysis.rules.losses import each_of_100


def test_a_loss_and_its_bounds_are_told_alike() -> None:
    assert each_of_100(69.2, 29.3, 109.2) == ["17", "7", "27"]
    assert each_of_100(12.0, 6.0, 18.0) == ["3.0", "1.5", "4.5"]
    assert each_of_100(-8.0) == ["-2.0"]
