"""Lines of an order as people type, paste and scan them."""

import pytest

from dashboard.display.order_text import LONGEST_LINE, MOST_LINES, Typed, typed_lines

NUMBERS = {"03013", "20418", "12", "7 x 9", "A-1"}


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("03013", ("03013", 1)),
        ("03013 12", ("03013", 12)),
        ("  03013\t12  ", ("03013", 12)),
        ("03013;12", ("03013", 12)),
        ("03013,12", ("03013", 12)),
        ("03013, 12", ("03013", 12)),
        ('"03013";"12"', ("03013", 12)),
        ("12 x 03013", ("03013", 12)),
        ("12x03013", ("03013", 12)),
        ("12 \N{MULTIPLICATION SIGN} 03013", ("03013", 12)),
        ("03013 x 12", ("03013", 12)),
        ("03013 * 12", ("03013", 12)),
        ("12 03013", ("03013", 12)),  # both are numbers of products: the longer one is meant
        ("2,5 x 20418", ("20418", 2.5)),
        ("20418 2.5", ("20418", 2.5)),
        ("20418 2,5", ("20418", 2.5)),
        ("20418;2,5", ("20418", 2.5)),
        ("03013;Oat drink;12;14,90", ("03013", 12)),
        ("Oat drink;03013;12", ("03013", 12)),
        ("7 x 9", ("7 x 9", 1)),  # is a number
        ("3 x 7 x 9", ("7 x 9", 3)),
        ("A-1 4", ("A-1", 4)),
        ("20481 x 4", ("20481", 4)),  # nobody knows it: the shorter one is the quantity
        ("4 x 20481", ("20481", 4)),
        ("Oat drink", ("Oat drink", 1)),
        ("Oat drink 3", ("Oat drink", 3)),
        ("Oat drink 6 x 1 l", ("Oat drink 6 x 1 l", 1)),
        ("03013 0", ("03013", 1)),  # nothing is no quantity
        ("03013 99999999", ("03013", 1)),
        ("<b>03013</b> 2", ("<b>03013</b>", 2)),
    ],
)
def test_a_line_is_a_product_and_a_quantity(line: str, typed: tuple[str, float]) -> None:
    assert typed_lines(line, NUMBERS.__contains__) == (Typed(*typed),)


def test_a_quantity_beside_is_of_a_line_that_is_alone_and_says_none() -> None:
    def quantities(text: str) -> list[float]:
        return [one.quantity for one in typed_lines(text, NUMBERS.__contains__, 7)]

    assert quantities("03013") == [7]
    assert quantities("Oat drink\n\n") == [7]
    assert quantities("03013 1") == [1]
    assert quantities("03013\n20418") == [1, 1]


def test_a_list_is_read_line_by_line_without_its_heads_and_blank_lines() -> None:
    pasted = "Number;Quantity\r\n03013;12\r\n\r\n20418;2\r\n"
    assert typed_lines(pasted, NUMBERS.__contains__) == (Typed("03013", 12), Typed("20418", 2))
    assert typed_lines("\n  \n", NUMBERS.__contains__) == ()
    assert typed_lines("Tea, black", NUMBERS.__contains__) == (Typed("Tea, black", 1),)  # a single line is no head


def test_a_scanner_that_sends_one_number_a_line_makes_ones() -> None:
    assert typed_lines("03013\n03013\n20418\n", NUMBERS.__contains__) == (
        Typed("03013", 1), Typed("03013", 1), Typed("20418", 1),
    )  # fmt: skip


def test_what_is_pasted_is_bounded() -> None:
    found = typed_lines("x" * 1_000 + "\n" + "03013\n" * 1_000, NUMBERS.__contains__)
    assert len(found) == MOST_LINES
    assert len(found[0].text) == LONGEST_LINE
