"""The shop's server on the small version, with a browser that runs no scripts."""

import io
import logging
import re
from collections.abc import Callable, Iterator

import pytest
from flask import Response

from examples.shop.app import COOKIE
from tests.examples.conftest import TOKEN, Small, Visitor

Enter = Callable[..., Visitor]


def shelf(page: str, name: str) -> list[str]:
    """Return the products of a list on a page."""
    found = re.search(rf'<(section|div) class="shelf[^"]*" id="{name}"(.*?)</\1>', page, re.DOTALL)
    return re.findall(r'data-product="([^"]*)"', found[2]) if found else []


# ---- pages ----


def test_the_start_has_what_is_due_and_what_is_new(cafe: Visitor) -> None:
    page = cafe.get("/")
    assert (shelf(page, "due"), shelf(page, "new")) == (["P1", "P2", "P3"], ["P4"])
    assert "Bought every 14 days (4 times); 13 days since the last." in page


def test_a_product_has_what_repertoire_knows_of_it(cafe: Visitor) -> None:
    page = cafe.get("/products/P1")
    for text in ("<h1>Espresso beans</h1>", "Drinks › Coffee", "Case, 12 x 1 l", "<b>€12.00</b>", "Can be ordered"):
        assert text in page
    assert 'name="quantity" min="1" max="9999" step="1" inputmode="numeric" required value="2"' in page
    assert "You usually take <b>2</b>." in page
    assert shelf(page, "also_bought")
    assert "In 4 of 7 orders." in page


def test_the_foot_says_what_was_asked_and_in_how_many_milliseconds(cafe: Visitor, small: Small) -> None:
    page = cafe.get("/products/P1")
    said = re.findall(r"<code>(.*?)</code> (\d+) ms", page)
    assert [what for what, _ in said] == [
        "products/P1",
        "products/P1/also-bought",
        "customers/CAFE1/recommendations?list=new",
        "customers/CAFE1/recommendations?list=usual",
    ]
    assert "asked Repertoire 4 times" in page
    asked = [path for method, path, _ in small.asked if method == "GET"]
    assert [path.removeprefix("/api/v1/").partition("&")[0].partition("?limit")[0] for path in asked] == [
        what for what, _ in said
    ]


def test_a_name_is_text_wherever_it_is(cafe: Visitor) -> None:
    cafe.post("/basket/add", product_id="P5", quantity="1", page="/products/P5")
    for page in (cafe.get("/products/P5"), cafe.get("/basket")):
        assert "Brown sugar &lt;1 kg&gt;" in page
        assert "<1 kg>" not in page


def test_what_somebody_types_is_text(cafe: Visitor) -> None:
    page = cafe.get("/find?number=<script>alert(1)</script>", 404)
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_what_cannot_be_had_has_substitutes_and_cannot_be_added(cafe: Visitor, small: Small) -> None:
    page = cafe.get("/products/P6")
    assert "Cannot be ordered at the moment" in page
    assert 'class="take"' not in page
    assert shelf(page, "substitutes") == ["P5"]
    assert "It takes the place of this one." in page
    assert "Old syrup cannot be ordered at the moment." in cafe.post("/basket/add", product_id="P6", page="/")
    cafe.all_sent()
    assert small.kinds("cart") == []


def test_a_stock_push_takes_a_product_from_the_lists_at_once(cafe: Visitor, small: Small) -> None:
    assert shelf(cafe.get("/"), "new") == ["P4"]
    small.set_stock("P4", is_available=False)
    assert shelf(cafe.get("/"), "new") == []
    assert "Cannot be ordered at the moment" in cafe.get("/products/P4")


def test_what_is_not_there_is_said(cafe: Visitor) -> None:
    for path in ("/products/P99", "/nowhere", "/lists/other", f"/products/{'x' * 300}"):
        assert "To the start" in cafe.get(path, 404)


def test_a_style_that_is_not_there_is_no_page(cafe: Visitor) -> None:
    assert "<main" not in cafe.get("/static/none.css", 404)


def test_a_number_leads_to_its_product(cafe: Visitor, small: Small) -> None:
    answer = cafe.client.get("/find?number=P2")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/products/P2")
    assert "no product with the number P77" in cafe.get("/find?number=P77", 404)
    cafe.all_sent()
    assert [one["text"] for one in small.kinds("search")] == ["P2", "P77"]


def test_each_list_has_a_page(cafe: Visitor) -> None:
    for name, expected in (("usual", ["P1", "P2", "P3"]), ("new", ["P4"]), ("lost", [])):
        assert shelf(cafe.get(f"/lists/{name}"), name) == expected


def test_what_one_customer_paid_is_no_price_of_the_shop(enter: Enter, small: Small) -> None:
    visitor = enter("CAFE1")
    assert "last time" in visitor.get("/lists/usual")
    small.instead = lambda: Response("{}", 503)
    assert "<b>Price on request</b>" in visitor.get("/products/P2")  # nothing else was said of it


# ---- who ----


@pytest.mark.parametrize("customers", [(), ("STRANGER",)])
def test_who_is_not_known_gets_what_others_buy(enter: Enter, customers: tuple[str, ...]) -> None:
    page = enter(*customers).get("/")
    assert "What others buy" in page
    assert "For you</h2>" not in page
    assert shelf(page, "new") == ["P1", "P3", "P2", "P4"]
    assert "3 of 4 customers have bought it." in page


def test_who_is_not_known_has_no_list_of_their_own(enter: Enter) -> None:
    page = enter("STRANGER").get("/lists/due")
    assert "<h1>Due again</h1>" in page
    assert "There is nothing on this list at the moment." in page


def test_a_visitors_events_have_a_session_alone(enter: Enter, small: Small) -> None:
    visitor = enter()
    visitor.get("/products/P1")
    visitor.all_sent()
    assert small.events
    assert {one.get("customer_id") for one in small.events} == {None}
    assert len({one["session"] for one in small.events}) == 1


def test_another_customer_begins_another_visit(cafe: Visitor, small: Small) -> None:
    cafe.post("/basket/add", product_id="P1", quantity="2", page="/")
    page = cafe.post("/customer", customer="HOTEL1")
    assert shelf(page, "new") == ["P2", "P4"]
    assert "Your basket is empty." in cafe.get("/basket")
    cafe.all_sent()
    sessions = {(one["customer_id"], one["session"]) for one in small.events}
    assert sorted(customer for customer, _ in sessions) == ["CAFE1", "HOTEL1"]
    assert len({session for _, session in sessions}) == 2
    assert [(one["customer_id"], one["product_id"]) for one in small.kinds("uncart")] == [("CAFE1", "P1")]


def test_only_the_shops_customers_can_be_chosen(cafe: Visitor) -> None:
    assert cafe.client.post("/customer", data={"customer": "CAFE2"}).status_code == 400


# ---- events ----


def test_a_look_is_one_event_whichever_way_it_came(cafe: Visitor, small: Small) -> None:
    cafe.get("/products/P4")
    cafe.get("/products/P4?list=new")
    cafe.get("/products/P4?list=made-up")
    cafe.all_sent()
    looks = [(one["kind"], one.get("list")) for one in small.events if one["kind"] in ("view", "click")]
    assert looks == [("view", None), ("click", "new"), ("view", None)]


def test_to_come_back_from_the_basket_is_no_other_look(cafe: Visitor, small: Small) -> None:
    cafe.get("/products/P4")
    cafe.post("/basket/add", product_id="P4", quantity="1", page="/products/P4")
    cafe.all_sent()
    assert len(small.kinds("view")) == 1
    cafe.get("/products/P4")
    cafe.all_sent()
    assert len(small.kinds("view")) == 2


@pytest.mark.parametrize(("method", "headers"), [("HEAD", {}), ("GET", {"Sec-Purpose": "prefetch"})], ids=str)
def test_nobody_looks_at_what_is_only_fetched(
    cafe: Visitor, small: Small, method: str, headers: dict[str, str]
) -> None:
    cafe.client.open("/products/P4", method=method, headers=headers)
    cafe.get("/basket")
    cafe.all_sent()
    assert small.events == []


def test_what_is_on_a_list_was_shown_once_until_the_page_is_another(cafe: Visitor, small: Small) -> None:
    cafe.get("/lists/usual")
    cafe.get("/for-you?n=4&page=/lists/usual")
    cafe.get("/for-you?n=4&page=/lists/usual")
    cafe.all_sent()
    shown = [(one["list"], one["product_id"]) for one in small.kinds("shown")]
    assert shown == [("usual", "P1"), ("usual", "P2"), ("usual", "P3"), ("new", "P4")]


def test_from_the_list_into_the_basket_out_again_and_ordered(cafe: Visitor, small: Small) -> None:
    page = cafe.post("/basket/add", product_id="P4", quantity="2", list="new", page="/#new")
    assert "2 × Rye bread is in the basket." in page
    assert shelf(page, "new") == []
    cafe.post("/basket/change", product_id="P4", quantity="3", page="/basket")
    assert "Rye bread is out of the basket." in cafe.post("/basket/change", product_id="P4", quantity="0", page="/")
    cafe.post("/basket/add", product_id="P1", quantity="1", page="/")
    page = cafe.post("/order")
    assert "Thank you for your order: 1 product, €12.00 net." in page
    assert "Thank you" not in cafe.get("/")
    cafe.all_sent()
    done = [one for one in small.events if one["kind"] in ("cart", "uncart", "order")]
    assert [(one["kind"], one["product_id"], one.get("quantity"), one.get("list")) for one in done] == [
        ("cart", "P4", 2, "new"),
        ("cart", "P4", 3, None),
        ("uncart", "P4", None, None),
        ("cart", "P1", 1, None),
        ("order", "P1", 1, None),
    ]
    assert len({one["event_id"] for one in small.events}) == len(small.events)


def test_the_list_reacts_to_looks(cafe: Visitor) -> None:
    for _ in range(3):
        cafe.get("/products/P5")
    cafe.all_sent()
    part = cafe.get("/for-you?n=4&page=/products/P5")
    assert shelf(part, "new")[0] == "P5"
    assert "Looked at 3 times this week." in part


def test_an_order_of_nothing_is_none(cafe: Visitor, small: Small) -> None:
    assert "Thank you" not in cafe.post("/order")
    cafe.all_sent()
    assert small.kinds("order") == []


def test_what_is_gone_by_now_is_not_ordered(cafe: Visitor, small: Small) -> None:
    cafe.post("/basket/add", product_id="P1", quantity="1", page="/")
    small.set_stock("P1", is_available=False)
    assert "This cannot be ordered any more: Espresso beans." in cafe.post("/order")
    cafe.all_sent()
    assert small.kinds("order") == []


# ---- without Repertoire ----


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_without_answers_the_shop_works_without_lists(enter: Enter, small: Small, status: int) -> None:
    visitor = enter("CAFE1")
    visitor.get("/products/P1")
    small.instead = lambda: Response('{"detail": "no"}', status)
    page = visitor.get("/products/P1")
    assert "<h1>Espresso beans</h1>" in page
    assert "Repertoire does not answer: lists are missing." in page
    assert (shelf(page, "also_bought"), shelf(page, "new")) == ([], [])
    assert "3 × Espresso beans is in the basket." in visitor.post(
        "/basket/add", product_id="P1", quantity="3", page="/basket"
    )
    assert "Thank you for your order: 1 product, €36.00 net." in visitor.post("/order")
    assert visitor.client.get("/for-you").status_code == 204
    assert "cannot be shown now" in visitor.get("/products/P5", 503)
    small.instead = lambda: None
    visitor.all_sent()
    assert [one["quantity"] for one in small.kinds("order")] == [3]


def test_a_shop_that_never_reached_repertoire_opens(enter: Enter) -> None:
    visitor = enter("CAFE1", address="http://127.0.0.1:9")
    assert "The lists cannot be shown at the moment." in visitor.get("/")
    assert "no product" not in visitor.get("/find?number=P1", 503)
    assert visitor.queue.n_lost == 0


# ---- the browser ----


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Yield what is logged, all of it."""
    kept, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(kept), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield kept
    root.removeHandler(handler)
    root.setLevel(level)


def test_the_token_is_nowhere_but_in_the_header(
    cafe: Visitor, small: Small, logged: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    pages = [cafe.get(path) for path in ("/", "/products/P1", "/basket", "/lists/new", "/for-you")]
    small.instead = lambda: Response('{"detail": "no"}', 401)
    pages.append(cafe.get("/"))
    printed = capfd.readouterr()
    assert "pages are without lists for a while: 401: no" in logged.getvalue()
    for text in (*pages, logged.getvalue(), printed.out, printed.err, *(path for _, path, _ in small.asked)):
        assert TOKEN not in text
    assert small.tokens == {f"Bearer {TOKEN}"}


def test_the_cookie_is_for_this_site_and_no_script(cafe: Visitor) -> None:
    said = cafe.client.get("/").headers["Set-Cookie"]
    assert said.startswith(f"{COOKIE}=")
    assert "HttpOnly" in said
    assert "SameSite=Lax" in said
    assert "Set-Cookie" not in cafe.client.get("/").headers


def test_nothing_is_done_by_get(cafe: Visitor) -> None:
    for path in ("/basket/add", "/basket/change", "/order", "/customer"):
        assert cafe.client.get(path).status_code == 405


def test_an_action_leads_to_a_page_of_this_shop(cafe: Visitor) -> None:
    for page in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "/a b", ""):
        answer = cafe.client.post("/basket/add", data={"product_id": "P1", "quantity": "1", "page": page})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/basket"), page


def test_a_wrong_quantity_is_named(cafe: Visitor) -> None:
    for quantity in ("0", "-1", "1.5", "x", "", "10000", "٣"):
        answer = cafe.client.post("/basket/add", data={"product_id": "P1", "quantity": quantity, "page": "/"})
        assert answer.status_code == 400
        assert "it must be a whole number from 1 to 9,999" in answer.text


def test_no_page_has_scripts_or_styles_of_its_own_and_all_are_kept_to_this_site(cafe: Visitor) -> None:
    answer = cafe.client.get("/products/P1")
    assert "style=" not in answer.text
    assert re.findall(r"<script(?![^>]*\bsrc=)", answer.text) == []
    assert re.findall(r"\bon\w+=", answer.text) == []
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert all(one.startswith(("/", "#")) for one in re.findall(r'(?:href|src|action)="([^"]*)"', answer.text))
