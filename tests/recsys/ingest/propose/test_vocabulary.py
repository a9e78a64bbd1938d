"""Names of columns in several languages and spellings."""

import pytest

from recsys.ingest.propose.vocabulary import vocabulary

SURE = 0.9


@pytest.mark.parametrize(
    ("name", "concept"),
    [
        ("CustomerKey", "customer_id"),
        ("cust_no", "customer_id"),
        ("KdNr", "customer_id"),
        ("Kundennummer", "customer_id"),
        ("Code client", "customer_id"),
        ("codigo_cliente", "customer_id"),
        ("Klantnummer", "customer_id"),
        ("ORDERNUMBER", "order_id"),
        ("Sales Doc.", "order_id"),
        ("N° commande", "order_id"),
        ("Belegnr.", "order_id"),
        ("QUANTITYORDERED", "quantity"),
        ("Order Lines/Quantity", "quantity"),
        ("Qté", "quantity"),
        ("Ilość", "quantity"),
        ("Artikelbezeichnung", "product_name"),
        ("Lineitem name", "product_name"),
        ("Libellé", "product_name"),
        ("order_purchase_timestamp", "ordered_on"),
        ("InvoiceDate", "ordered_on"),
        ("Fecha pedido", "ordered_on"),
        ("UnitPrice", "price"),
        ("PU HT", "price"),
        ("Einzelpreis", "price"),
        ("Billing Company", "company"),
    ],
)
def test_a_name_is_known(name, concept):
    assert vocabulary().name_score(name, concept) > SURE


def test_the_file_says_whose_name_it_is():
    words = vocabulary()
    scores = {about: words.name_score("name", "product_name", frozenset((about,))) for about in ("product", "customer")}
    assert scores["product"] > scores["customer"]


def test_lines_of_orders_are_not_products():
    assert vocabulary().about("order_items") == {"order", "line"}


@pytest.mark.parametrize(
    ("name", "concept"), [("num_of_item", "product_id"), ("ProductName", "customer_name"), ("ShipDate", "ordered_on")]
)
def test_a_name_of_something_else_is_not_taken(name, concept):
    assert vocabulary().name_score(name, concept) < SURE


def test_no_value_means_both_an_order_and_none():
    values = vocabulary().values
    assert not values["ordered"] & values["cancelled"]
    assert not values["yes"] & values["no"]
