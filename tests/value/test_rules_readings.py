"""Figures from elsewhere: as people write them, or as spreadsheets save them; every line that is wrong is named."""

from datetime import date

import pytest

from core.errors import Invalid
from value.rules.readings import LARGEST_FILE, MOST, checked, readings, text_of

MAY = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2026-05,92.5", {"value": 92.5, "low": None, "n": None}),
        ("month,value,low,high,n\n2026-05-17,92.5,90,95,400", {"value": 92.5, "low": 90.0, "high": 95.0, "n": 400}),
        ("n;sd;value;month\n400;7,5;92,5;2026/5\n", {"value": 92.5, "sd": 7.5, "n": 400}),
        ("月份\t数值\n2026年5月\t92.5%\n\n", {"value": 92.5, "sd": None}),
    ],
)
def test_a_month_is_read_however_a_spreadsheet_saves_it(text: str, wanted: dict[str, object]) -> None:
    (row,) = readings(text)
    assert row["month"] == MAY
    assert {name: row[name] for name in wanted} == wanted


def test_every_wrong_line_is_named_and_none_is_taken() -> None:
    wrong = ["2026-13,1", "2026-02,many", "2026-03,5,6,7", "2026-04,5,4", "2026-01,9", ",,", "2026-06,1,,,0"]
    text = "\n".join(["month,value,low,high", "2026-01,92", *wrong])
    with pytest.raises(Invalid) as refused:
        readings(text)
    told = [one.message for one in refused.value.errors]
    assert [one.split(":")[0] for one in told] == [f"Line {n}" for n in (3, 4, 5, 6, 7, 8, 9)]
    assert "the month of line 2 again" in told[4]


@pytest.mark.parametrize("text", ["", "month,value\n", "\n".join(["2026-01,1"] * (MOST + 1))])
def test_nothing_and_too_much_are_refused(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        readings(text)
    assert len(refused.value.errors) <= 21


def test_what_a_program_brings_goes_by_the_same_rules() -> None:
    with pytest.raises(Invalid):
        checked([{"month": MAY, "value": float("nan")}])
    (row,) = checked([{"month": MAY, "value": 3.0, "n": 9, "sd": 1.0}])
    assert (row["n"], row["sd"], row["low"]) == (9, 1.0, None)


def test_files_are_text_of_any_usual_coding_and_not_too_large() -> None:
    for coding in ("utf-8", "utf-8-sig", "utf-16", "gb18030"):
        assert text_of("月份,数值\n".encode(coding)) == "月份,数值\n"
    for content in (b"x" * (LARGEST_FILE + 1), b"PK\x03\x04\x00\x00\xff\xfe"):
        with pytest.raises(Invalid) as refused:
            text_of(content)
        assert refused.value.errors[0].field == "file"
