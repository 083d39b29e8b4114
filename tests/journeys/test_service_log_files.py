"""Files as they really arrive: packed, cut off, in other encodings, or no log at all."""

import codecs
import gzip
from pathlib import Path

import pytest

from core.errors import Invalid
from journeys.rules.mapping import load_mapping
from journeys.schemas import LogReading, Mapping, RowRejected
from journeys.service.log_events import LISTED, first_reading, log_events, mapping_from

HEADER = "id,what,when,who\n"
ROWS = "1,New,13/02/2016 10:00,Müller\n1,Done,14/02/2016 11:00,Müller\n"


def mapping(file: str = "") -> Mapping:
    return load_mapping(
        f"""
source = "desk"
[file]
{file}
[time]
formats = ["%d/%m/%Y %H:%M"]
zone = "UTC"
[event]
ticket = "id"
at = "when"
what = "what"
group = "who"
[meanings]
New = "created"
Done = "resolved"
"""
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.csv"


def read(path: Path, content: bytes, file: str = "") -> LogReading:
    path.write_bytes(content)
    return first_reading(path, mapping(file))


def refusal(path: Path, content: bytes, file: str = "") -> str:
    with pytest.raises(Invalid) as refused:
        read(path, content, file)
    assert refused.value.message.startswith("log.csv ")
    return refused.value.message.removeprefix("log.csv ")


def rejects(reading: LogReading) -> dict[int, str]:
    return {one.row: " ".join(f"{e.field} {e.message}".strip() for e in one.errors) for one in reading.rejected}


# ---- what is read ----


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "cp1252"])
def test_it_reads_the_encoding_that_the_mapping_names(path: Path, encoding: str) -> None:
    path.write_bytes((HEADER + ROWS).encode(encoding))
    items = list(log_events(path, mapping(f'encoding = "{encoding}"')))
    assert [item[1][0].group for item in items if not isinstance(item, RowRejected)] == ["Müller", "Müller"]


def test_it_reads_chinese_in_gb18030(path: Path) -> None:
    path.write_bytes(f"{HEADER}1,New,13/02/2016 10:00,网络组\n".encode("gb18030"))
    items = list(log_events(path, mapping('encoding = "gb18030"')))
    assert [item[1][0].group for item in items if not isinstance(item, RowRejected)] == ["网络组"]


def test_it_unpacks_whatever_the_name(path: Path) -> None:
    assert read(path, gzip.compress((HEADER + ROWS).encode())).rows == 2


def test_it_reads_other_delimiters_line_ends_and_quoted_lines(path: Path) -> None:
    content = (HEADER + '1,New,13/02/2016 10:00,"two\nlines, and ""quotes"""\n').replace("\n", "\r\n")
    assert read(path, content.encode()).events == 1
    assert read(path, (HEADER + ROWS).replace(",", ";").encode(), 'delimiter = ";"').events == 2


def test_a_file_may_end_without_a_line_end(path: Path) -> None:
    assert read(path, (HEADER + ROWS).rstrip().encode()).events == 2


def test_a_header_alone_is_a_log_of_nothing(path: Path) -> None:
    assert read(path, HEADER.encode()).rows == 0


# ---- rows that are refused, one by one ----


def test_rejects_are_listed_by_row_and_reason(path: Path) -> None:
    rows = ["1,New,02/13/2016 10:00,A", "1,Lost,13/02/2016 10:00,A", "1,New,13/02/2016 10:00", "1,New,,A", ""]
    rows += ["1,New,13/02/2016 10:00,A\0", '1,"Ne"w,13/02/2016 10:00,A', "1,New,13/02/2016 10:00,A"]
    reading = read(path, (HEADER + "\n".join(rows) + "\n").encode())
    found = rejects(reading)
    assert "at “02/13/2016 10:00” does not fit" in found[2]
    assert "“Lost” has no meaning" in found[3]
    assert found[4] == "has 3 cells where the header has 4"
    assert found[5] == "at is missing: the row has no time"
    assert "U+0000" in found[7]
    assert "is not proper CSV" in found[8]
    assert (reading.events, reading.rejected_total, reading.misread_times) == (1, 6, 1)


def test_all_rejects_are_counted_and_the_first_are_listed(path: Path) -> None:
    reading = read(path, (HEADER + "1,Lost,13/02/2016 10:00,A\n" * 500 + ROWS).encode())
    assert (reading.rejected_total, len(reading.rejected)) == (500, LISTED)


def test_a_month_first_file_is_refused_as_a_whole(path: Path) -> None:
    """A third of its dates fit day first as well, and would be taken for other days."""
    rows = "".join(f"{n},New,{n % 12 + 1:02}/{n % 28 + 1:02}/2016 10:00,A\n" for n in range(100))
    with pytest.raises(Invalid, match=r"5\d of 100 rows have times that do not fit .* the other way round"):
        read(path, (HEADER + rows).encode())


# ---- files that are refused as a whole ----


def test_a_packed_file_that_was_cut_off_is_refused(path: Path) -> None:
    packed = gzip.compress((HEADER + ROWS * 5000).encode(), compresslevel=0)
    assert "is cut off or damaged after line" in refusal(path, packed[: len(packed) // 2])
    assert "is cut off or damaged" in refusal(path, packed[:12])


def test_a_damaged_packed_file_is_refused(path: Path) -> None:
    packed = bytearray(gzip.compress((HEADER + ROWS).encode(), compresslevel=0))
    packed[-30] ^= 0xFF
    assert "is cut off or damaged" in refusal(path, bytes(packed))


def test_a_csv_that_was_cut_off_is_refused_with_its_last_row(path: Path) -> None:
    cut = (HEADER + ROWS)[:-12]
    assert refusal(path, cut.encode()) == "is cut off: its last row, 3, has 3 of 4 cells and no line end"
    assert "ends within quotes" in refusal(path, f'{HEADER}{ROWS}2,"New'.encode())


def test_bytes_of_another_encoding_are_refused_with_their_place(path: Path) -> None:
    content = HEADER.encode() + ROWS.encode("latin-1")
    said = refusal(path, content)
    assert f"line 2, byte {content.index(0xFC):,} is 0xfc" in said
    assert 'encoding = "cp1252"' in said


def test_the_place_is_right_far_into_the_file(path: Path) -> None:
    plain = (HEADER + "1,New,13/02/2016 10:00,A\n" * 20_000).encode()
    said = refusal(path, plain + ROWS.encode("latin-1"))
    assert f"line 20,002, byte {len(plain) + ROWS.index('ü'):,} is 0xfc" in said


def test_a_file_cut_within_a_character_is_refused(path: Path) -> None:
    assert "cut off" in refusal(path, (HEADER + "1,New,13/02/2016 10:00,ü").encode()[:-1])


def test_utf16_is_recognised(path: Path) -> None:
    assert "is UTF-16" in refusal(path, (HEADER + ROWS).encode("utf-16"))
    assert "is not text" in refusal(path, (HEADER + ROWS).encode("utf-16-le"))
    assert "is not utf-16" in refusal(path, codecs.BOM_UTF16_LE + b"\x00\xd8\x00\x00" * 9, 'encoding = "utf-16"')


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "has no header"),
        (bytes(range(256)) * 40, "is not"),
        (b"\0" * 1000, "is not text in utf-8: byte 0 is 0x00"),
        (b"PK\x03\x04 xl/workbook.xml", "Excel workbook"),
        (b"%PDF-1.7", "is a PDF"),
        (b"x," * 2000, "has 2,001 columns"),
        (HEADER.encode() + b"x" * (2 << 20), "more than 1,048,576 characters in line 2"),
        (HEADER.encode() + b'1,"' + b"x" * 200_000 + b'"\n', "has a cell over 131,072 characters in row 2"),
    ],
)
def test_what_is_no_log_is_refused_with_a_word_about_what_it_is(path: Path, content: bytes, said: str) -> None:
    assert said in refusal(path, content)


def test_a_bomb_is_refused_early(path: Path) -> None:
    """One line of 200 MB, 200 kB packed: it is never held."""
    assert "characters in line 2" in refusal(path, gzip.compress(HEADER.encode() + b"x" * 200_000_000, compresslevel=1))


def test_a_folder_is_no_log(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="is not a regular file"):
        first_reading(tmp_path, mapping())


# ---- NDJSON ----

LINE = '{"id":1,"what":"New","when":"13/02/2016 10:00","who":"A"}\n'
JSON = 'format = "ndjson"'


def test_it_reads_objects_line_by_line(path: Path) -> None:
    assert read(path, (LINE + "\n" + LINE).encode(), JSON).events == 2


def test_broken_lines_are_rejected_by_their_number(path: Path) -> None:
    deep = "[" * 5000 + "]" * 5000 + "\n"
    reading = read(path, (LINE + "{oops}\n" + deep + "[1]\n3\n" + LINE).encode(), JSON)
    found = rejects(reading)
    assert list(found) == [2, 3, 4, 5]
    assert "not valid JSON" in found[2]
    assert "nested too deeply" in found[3]
    assert "must be a JSON object" in found[4]


def test_lines_that_were_cut_off_are_refused(path: Path) -> None:
    assert "is cut off: its last line, 2," in refusal(path, (LINE + LINE[:20]).encode(), JSON)


def test_a_json_list_is_refused(path: Path) -> None:
    assert "one object on each line" in refusal(path, f"[{LINE.strip()}]".encode(), JSON)


# ---- the mapping file ----


def test_a_mapping_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        mapping_from(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Invalid, match="is not UTF-8"):
        mapping_from(tmp_path / "bad.toml")
