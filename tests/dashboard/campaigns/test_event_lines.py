"""Lines of files of events, in every form that a tool or a spreadsheet gives them."""

import io

import pytest

from dashboard.campaigns.event_lines import LONGEST_LINE, Line, Refused, lines_of


def read(content: bytes) -> list[tuple[int, object]]:
    found = list(lines_of(io.BytesIO(content), lambda _: ""))
    return [(one.number, dict(one.values)) if isinstance(one, Line) else (one.line, one.thing) for one in found]


PLAIN = "Kind,At\nopened,x\n"


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(",", ";").encode(),
        PLAIN.replace(",", "\t").encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("utf-16"),
        PLAIN.encode("utf-16-le"),
        PLAIN.encode("utf-16-be"),
        b'"Kind" , "At"\nopened, x',
    ],
)
def test_every_form_of_a_csv_is_read(content: bytes) -> None:
    assert read(content) == [(2, {"kind": "opened", "at": "x"})]


def test_quoted_texts_keep_separators_and_line_breaks() -> None:
    assert read(b'a,b\n"x, ""y""","1\n2"\n3,4\n') == [(2, {"a": 'x, "y"', "b": "1\n2"}), (4, {"a": "3", "b": "4"})]


def test_an_open_quotation_mark_refuses_its_own_line_alone() -> None:
    rows = b"".join(b"%d,2\n" % at for at in range(40))
    found = read(b'a,b\n"open,1\n' + rows)
    assert found[0] == (2, "line")
    assert [number for number, _ in found[1:]] == list(range(3, 43))


def test_a_mark_within_a_text_opens_nothing() -> None:
    assert read(b'a,b\n5" pipe,1\n') == [(2, {"a": '5" pipe', "b": "1"})]


def test_a_line_that_is_too_long_is_refused_and_the_next_one_read() -> None:
    assert read(b"a,b\n" + b"x" * 3 * LONGEST_LINE + b",1\n2,3\n") == [(2, "line"), (3, {"a": "2", "b": "3"})]


def test_more_fields_than_columns_are_refused_and_fewer_are_empty() -> None:
    assert read(b"a,b\n1,2,3\n4\n\n") == [(2, "fields"), (3, {"a": "4"})]


def test_json_lines_are_read_and_what_is_none_is_refused() -> None:
    content = b'{"Kind": "opened", "at": 5}\n\nnonsense\n[1]\n{"kind": "x"}\n'
    assert read(content) == [(1, {"kind": "opened", "at": 5}), (3, "line"), (4, "line"), (5, {"kind": "x"})]


def test_what_is_no_letter_does_not_end_the_file() -> None:
    assert read(b"a,b\n\xff\xfe\xfa,1\n2,3\n")[1] == (3, {"a": "2", "b": "3"})


def test_an_empty_file_is_refused_as_a_whole() -> None:
    assert [one.thing for one in lines_of(io.BytesIO(b""), lambda _: "")] == ["file"]  # type: ignore[union-attr]


def test_missing_columns_refuse_the_file_once() -> None:
    found = list(lines_of(io.BytesIO(b"a,b\n1,2\n3,4\n"), lambda names: f"no {names[0]}"))
    assert found == [Refused(1, "columns", "a, b", "no a")]
