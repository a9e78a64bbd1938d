"""Quantity, price, discount and revenue are told apart by arithmetic."""

import pytest

HEAD = "order_id,customer_id,product_id,order_date,"


def rows(values):
    return "".join(
        f"o{n // 3},k{n // 3 % 7},p{n % 6},2025-03-{n // 3 % 28 + 1:02},{value}\n" for n, value in enumerate(values)
    )


def revenue(content):
    lines = content["order_lines"]
    return lines.get("columns", {}).get("revenue") or lines["computed"]["revenue"]


PRICES = [2.5, 10.25, 7.75, 99.5, 3.2, 12.4]
UNITS = [1, 2, 3, 5, 10, 4, 7, 12]


def test_a_price_that_is_the_same_whatever_the_quantity_is_of_one_unit(proposed):
    values = (f"{UNITS[n % 8]},{PRICES[n % 6]}" for n in range(90))
    _, content = proposed({"lines.csv": HEAD + "quantity,price\n" + rows(values)})
    assert revenue(content) == "quantity * price"


def test_a_price_that_grows_with_the_quantity_is_of_the_line(proposed):
    values = (f"{UNITS[n % 8]},{UNITS[n % 8] * PRICES[n % 6]}" for n in range(90))
    _, content = proposed({"lines.csv": HEAD + "quantity,price\n" + rows(values)})
    assert revenue(content) == "price"


@pytest.mark.parametrize(
    ("name", "written", "formula"),
    [
        ("discount", "0.1", "quantity * price * (1 - discount)"),
        ("discount_percent", "10", "quantity * price * (1 - discount_percent / 100)"),
        ("discount", "120.50", "quantity * price - discount"),
    ],
)
def test_a_discount_is_read_as_its_values_say(name, written, formula, proposed):
    values = (f"{UNITS[n % 8]},{PRICES[n % 6]},{written if n % 2 else 0}" for n in range(90))
    _, content = proposed({"lines.csv": f"{HEAD}quantity,price,{name}\n" + rows(values)})
    assert revenue(content) == formula


def test_a_discount_that_may_be_percent_or_money_is_a_question(proposed):
    values = (f"{UNITS[n % 8]},{PRICES[n % 6]},{n % 4 * 5}" for n in range(90))
    proposal, _ = proposed({"lines.csv": HEAD + "quantity,price,discount\n" + rows(values)})
    assert ["percentage or an amount" in question for _, question in proposal.questions] == [True]


def test_the_total_of_an_order_is_not_the_revenue_of_its_lines(proposed):
    units = [UNITS[n % 8] for n in range(90)]
    worth = [units[n] * PRICES[n % 6] for n in range(90)]
    values = (f"{units[n]},{PRICES[n % 6]},{sum(worth[n // 3 * 3 : n // 3 * 3 + 3])}" for n in range(90))
    _, content = proposed({"lines.csv": HEAD + "quantity,price,total\n" + rows(values)})
    assert revenue(content) == "quantity * price"


def test_an_amount_before_the_discount_is_not_the_revenue(proposed):
    values = (f"{UNITS[n % 8]},{PRICES[n % 6]},{UNITS[n % 8] * PRICES[n % 6]},{n % 3 / 10}" for n in range(90))
    _, content = proposed({"lines.csv": HEAD + "quantity,price,amount,discount\n" + rows(values)})
    assert revenue(content) == "quantity * price * (1 - discount)"


def test_tax_is_taken_off_an_amount_that_includes_it(proposed):
    values = (f"{UNITS[n % 8]},{UNITS[n % 8] * 120},{UNITS[n % 8] * 20}" for n in range(90))
    _, content = proposed({"lines.csv": HEAD + "quantity,gross_amount,tax_amount\n" + rows(values)})
    assert revenue(content) == "gross_amount - tax_amount"


def test_the_list_price_counts_where_the_lines_have_no_amount(proposed):
    lines = HEAD + "quantity\n" + rows(str(UNITS[n % 8]) for n in range(90))
    products = "product_id,product_name,price\n" + "".join(f"p{n},Name {n},{PRICES[n]}\n" for n in range(6))
    _, content = proposed({"lines.csv": lines, "products.csv": products})
    assert revenue(content) == "quantity * products.price"


def test_negative_quantities_are_returns(proposed):
    values = (f"{-1 if n % 9 == 0 else UNITS[n % 8]},{PRICES[n % 6]}" for n in range(90))
    _, content = proposed({"lines.csv": HEAD + "quantity,price\n" + rows(values)})
    assert content["order_lines"]["returns_when"] == "quantity < 0"
