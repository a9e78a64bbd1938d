"""What cannot be decided is a question in the map, never a guess."""

HEAD = "order_id,customer_id,product_id,order_date,quantity,net_amount\n"


def lines(rows):
    return HEAD + "".join(f"o{n},k{n % 7},p{n % 5},{row}\n" for n, row in enumerate(rows))


def questions(proposal):
    return [question for _, question in proposal.questions]


def test_days_that_fit_two_formats_are_a_question_and_no_format_is_declared(proposed):
    proposal, content = proposed({"lines.csv": lines(f"0{n % 9 + 1}/0{n % 8 + 1}/2025,2,10.5" for n in range(60))})
    assert ["can be read as" in question for question in questions(proposal)] == [True]
    assert "%d/%m/%Y" in proposal.questions[0][1]
    assert "%m/%d/%Y" in proposal.questions[0][1]
    assert "date_format" not in content["sources"]["lines"]


def test_a_day_beyond_the_twelfth_decides(proposed):
    proposal, content = proposed({"lines.csv": lines(f"{n % 28 + 1:02}/03/2025,2,10.5" for n in range(60))})
    assert questions(proposal) == []
    assert content["sources"]["lines"]["date_format"] == "%d/%m/%Y"


def test_another_file_with_a_day_beyond_the_twelfth_decides_too(proposed):
    _, content = proposed(
        {
            "orders.csv": "order_id,customer_id,order_date,ship_date\n"
            + "".join(f"o{n},k{n % 7},0{n % 9 + 1}/0{n % 8 + 1}/2025,{n % 28 + 1:02}/03/2025\n" for n in range(60)),
            "lines.csv": "order_id,product_id,quantity,net_amount\n"
            + "".join(f"o{n},p{n % 5},2,10.5\n" for n in range(60)),
        }
    )
    assert content["sources"]["orders"]["date_format"] == "%d/%m/%Y"


def test_three_digits_behind_every_mark_are_a_question(proposed):
    proposal, _ = proposed({"lines.csv": lines(f"2025-03-0{n % 9 + 1},2,{n + 1}.{n + 100}" for n in range(60))})
    assert [question.split(":")[0] for question in questions(proposal)] == ["revenue"]


def test_two_digits_behind_some_marks_answer_it(proposed):
    proposal, _ = proposed({"lines.csv": lines(f"2025-03-0{n % 9 + 1},2,{n + 1}.{n + 10}" for n in range(60))})
    assert questions(proposal) == []


def test_rates_of_several_currencies_are_a_question(proposed):
    rows = "".join(f"o{n},k{n % 7},p{n % 5},2025-03-01,2,10.5,{('EUR', 'CHF')[n % 3 == 0]}\n" for n in range(60))
    proposal, content = proposed({"lines.csv": HEAD.replace("\n", ",currency\n") + rows})
    assert ["worth in EUR" in question for question in questions(proposal)] == [True]
    assert content["order_lines"]["currency"] == {"column": "currency"}


def test_an_unknown_state_of_orders_is_a_question_and_a_known_one_is_left_out(proposed):
    states = ("shipped", "cancelled", "teleported")
    rows = "".join(f"o{n},k{n % 7},p{n % 5},2025-03-01,2,10.5,{states[n % 3]}\n" for n in range(60))
    proposal, content = proposed({"lines.csv": HEAD.replace("\n", ",order_status\n") + rows})
    assert ["'teleported' in 33.3%" in question for question in questions(proposal)] == [True]
    assert content["order_lines"]["where"] == "order_status not in ('cancelled')"


def test_a_missing_amount_is_a_question_that_names_the_columns_of_numbers(proposed):
    rows = "".join(f"o{n},k{n % 7},p{n % 5},2025-03-01,2,{n}.5,{n}.25\n" for n in range(60))
    head = "order_id,customer_id,product_id,order_date,quantity,alpha,beta\n"
    proposal, content = proposed({"lines.csv": head + rows})
    assert [question.splitlines()[0].split("?")[0] for question in questions(proposal)] == [
        "revenue: which column holds a line's net amount, or which is its price"
    ]
    assert "'alpha', 'beta'" in questions(proposal)[0]
    assert "revenue" not in content["order_lines"]["columns"]


def test_a_question_and_its_answer_are_comments(proposed):
    proposal, _ = proposed({"lines.csv": lines(f"0{n % 9 + 1}/0{n % 8 + 1}/2025,2,10.5" for n in range(60))})
    assert "\n# ? date_format: the days of 'order_date'" in proposal.text
    assert '\n# date_format = "%d/%m/%Y"\n' in proposal.text
