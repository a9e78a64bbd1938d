"""Made-up exports in the forms that people have, all of the same orders, so that all have to give the same figures."""

import csv
import io
import random
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Firm:
    """A customer."""

    number: str
    name: str
    trade: str
    city: str
    country: str


@dataclass(frozen=True)
class Article:
    """A product; `price` is of one unit."""

    number: str
    name: str
    group: str
    kind: str
    price: float


@dataclass(frozen=True)
class Order:
    """An order with its lines: product and units."""

    number: str
    firm: Firm
    day: date
    lines: tuple[tuple[Article, int], ...]


@cache
def firms() -> tuple[Firm, ...]:
    rng = random.Random(1)  # noqa: S311 - made-up orders
    words = ["Café", "Hotel", "Bistro", "Kiosk"], ["Möller", "Sonne", "Adler", "Süd", "Linde", "Rössl"]
    return tuple(
        Firm(
            f"{10_000 + n}",
            f"{rng.choice(words[0])} {rng.choice(words[1])} {n}",
            rng.choice(["Café", "Hotel", "Kiosk"]),
            rng.choice(["Lindau", "Bregenz", "Graz", "Ulm"]),
            rng.choice(["DE", "AT"]),
        )
        for n in range(40)
    )


@cache
def articles() -> tuple[Article, ...]:
    rng = random.Random(2)  # noqa: S311 - made-up orders
    found = []
    for n in range(30):
        group = rng.choice(["Getränke", "Geschirr", "Zutaten"])
        name = f"{rng.choice(['Espresso', 'Tee', 'Milch', 'Tasse'])} {n} {rng.choice(['kg', 'l'])}"
        found.append(Article(f"A{100 + n}", name, group, f"{group} {rng.choice('XY')}", round(rng.uniform(2, 90), 2)))
    return tuple(found)


@cache
def orders() -> tuple[Order, ...]:
    rng = random.Random(3)  # noqa: S311 - made-up orders
    days = sorted(date(2024, 1, 1) + timedelta(rng.randrange(600)) for _ in range(250))
    return tuple(
        Order(
            f"{50_000 + n}",
            rng.choice(firms()),
            day,
            tuple(
                (article, rng.choice([1, 2, 3, 5, 6, 10, 12, 24]))
                for article in rng.sample(articles(), rng.randint(1, 5))
            ),
        )
        for n, day in enumerate(days)
    )


def figures(factor: float = 1.0) -> tuple[int, int, int, float]:
    """Lines, orders, customers with orders, revenue; `factor` is what a discount leaves of it."""
    lines = [(order, article, units) for order in orders() for article, units in order.lines]
    worth = sum(units * article.price for _, article, units in lines)
    return len(lines), len(orders()), len({order.firm.number for order in orders()}), round(worth * factor, 2)


def german(number: float) -> str:
    """1234.5 as 1.234,50."""
    return f"{number:,.2f}".translate(str.maketrans(",.", ".,"))


def write(folder: Path, name: str, rows: list[list[object]], delimiter: str = ",", encoding: str = "utf-8") -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(text.getvalue().encode(encoding))


def lines() -> list[tuple[Order, Article, int]]:
    return [(order, article, units) for order in orders() for article, units in order.lines]


def german_erp(folder: Path) -> None:
    """Three files, semicolons, cp1252, decimal commas, a percentage of discount that the net amount is after."""
    write(
        folder,
        "Kunden.csv",
        [["KdNr", "Firma", "Branche", "Ort", "Land", "Telefon", "E-Mail", "Vertreter", "Status"]]
        + [
            [
                f.number,
                f.name,
                f.trade,
                f.city,
                f.country,
                f"0{n}1 23 45",
                f"info@{n}.example",
                "Huber",
                ("Aktiv", "Gesperrt")[n % 5 == 0],
            ]
            for n, f in enumerate(firms())
        ],
        ";",
        "cp1252",
    )
    write(
        folder,
        "Artikel.csv",
        [["ArtNr", "Bezeichnung", "Warengruppe", "ME", "Listenpreis", "EK", "Lieferbar", "Lieferant"]]
        + [
            [
                a.number,
                a.name,
                a.group,
                "Stk",
                german(a.price),
                german(a.price * 0.6),
                ("ja", "nein")[n % 7 == 0],
                "Alpha",
            ]
            for n, a in enumerate(articles())
        ],
        ";",
        "cp1252",
    )
    write(
        folder,
        "Belege.csv",
        [["Belegnr", "Datum", "KdNr", "Pos", "ArtNr", "Menge", "Einzelpreis", "Rabatt %", "Netto"]]
        + [
            [
                o.number,
                o.day.strftime("%d.%m.%Y"),
                o.firm.number,
                n,
                a.number,
                q,
                german(a.price),
                10,
                german(q * a.price * 0.9),
            ]
            for n, (o, a, q) in enumerate(lines())
        ],
        ";",
    )


def superstore(folder: Path) -> None:
    """One flat file with American dates and two levels of category."""
    head = (
        "Row ID,Order ID,Order Date,Ship Date,Customer ID,Customer Name,Segment,Country,City,State,Region,Product ID,"
    )
    head += "Category,Sub-Category,Product Name,Sales,Quantity,Discount,Profit"
    write(
        folder,
        "Superstore.csv",
        [head.split(",")]
        + [
            [
                n,
                f"CA-{o.number}",
                f"{o.day.month}/{o.day.day}/{o.day.year}",
                f"{o.day.month}/28/{o.day.year}",
                o.firm.number,
                o.firm.name,
                o.firm.trade,
                o.firm.country,
                o.firm.city,
                "Texas",
                "South",
                a.number,
                a.group,
                a.kind,
                a.name,
                round(q * a.price, 4),
                q,
                0.1,
                1.5,
            ]
            for n, (o, a, q) in enumerate(lines())
        ],
    )


def capitals(folder: Path) -> None:
    """Names in capitals without blanks, no number of the customer, an order's cancellation in a column."""
    head = "ORDERNUMBER,QUANTITYORDERED,PRICEEACH,ORDERLINENUMBER,SALES,ORDERDATE,STATUS,PRODUCTLINE,MSRP,"
    head += "PRODUCTCODE,CUSTOMERNAME,COUNTRY"
    write(
        folder,
        "sales_data.csv",
        [head.split(",")]
        + [
            [
                o.number,
                q,
                a.price,
                n,
                round(q * a.price, 2),
                f"{o.day.month}/{o.day.day}/{o.day.year} 0:00",
                "Shipped",
                a.group,
                99,
                a.number,
                o.firm.name,
                o.firm.country,
            ]
            for n, (o, a, q) in enumerate(lines())
        ],
    )


def units_as_rows(folder: Path) -> None:
    """No column of units: a row for each; orders apart, `id` as the key of people and products; a foreign `events`."""
    rows = [(o, a) for o, a, q in lines() for _ in range(q)]
    write(
        folder,
        "order_items.csv",
        [["id", "order_id", "user_id", "product_id", "inventory_item_id", "status", "created_at", "sale_price"]]
        + [
            [n, o.number, o.firm.number, a.number[1:], n + 7, "Complete", f"{o.day} 10:00:00+00:00", a.price]
            for n, (o, a) in enumerate(rows)
        ],
    )
    write(
        folder,
        "orders.csv",
        [["order_id", "user_id", "status", "created_at", "num_of_item"]]
        + [[o.number, o.firm.number, "Complete", f"{o.day} 10:00:00+00:00", len(o.lines)] for o in orders()],
    )
    write(
        folder,
        "products.csv",
        [["id", "cost", "category", "name", "brand", "retail_price", "department", "sku"]]
        + [[a.number[1:], 1, a.kind, a.name, "MG", a.price, a.group, f"SKU{a.number}"] for a in articles()],
    )
    write(
        folder,
        "users.csv",
        [["id", "first_name", "last_name", "email", "country"]]
        + [[f.number, "Ann", f.name, f"a{f.number}@x.example", f.country] for f in firms()],
    )
    write(
        folder, "events.csv", [["id", "user_id", "session_id", "created_at"], [1, firms()[0].number, "s", "2024-01-01"]]
    )


def french(folder: Path) -> None:
    """One flat file with accents in its names, narrow no-break blanks in its amounts."""
    write(
        folder,
        "ventes.csv",
        [
            [
                "N° commande",
                "Date commande",
                "Code client",
                "Raison sociale",
                "Réf. article",
                "Libellé",
                "Famille",
                "Qté",
                "PU HT",
                "Montant HT",
            ]
        ]
        + [
            [
                o.number,
                o.day.strftime("%d/%m/%Y"),
                o.firm.number,
                o.firm.name,
                a.number,
                a.name,
                a.group,
                q,
                german(a.price),
                german(q * a.price).replace(".", "\u202f"),
            ]
            for o, a, q in lines()
        ],
        ";",
    )


def spanish(folder: Path) -> None:
    """Header and lines apart, a state of the order, products only in the lines."""
    write(
        folder,
        "pedidos.csv",
        [["num_pedido", "fecha", "cliente", "estado"]]
        + [[o.number, o.day.strftime("%d-%m-%Y"), o.firm.number, "Facturado"] for o in orders()]
        + [["99999", "01-02-2024", firms()[0].number, "Anulado"]],
        ";",
    )
    write(
        folder,
        "lineas.csv",
        [["num_pedido", "articulo", "descripcion", "cantidad", "precio", "importe"]]
        + [[o.number, a.number, a.name, q, german(a.price), german(q * a.price)] for o, a, q in lines()]
        + [["99999", "A100", articles()[0].name, 1000, "1,00", "1.000,00"]],
        ";",
    )
    write(
        folder, "clientes.csv", [["codigo", "nombre", "provincia"]] + [[f.number, f.name, f.city] for f in firms()], ";"
    )


def no_order_numbers(folder: Path) -> None:
    """No number of the order, months in German, a total of the day."""
    months = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ]
    write(
        folder,
        "umsatz.csv",
        [["Kunde", "Tag", "Artikel", "Menge", "Umsatz"]]
        + [
            [o.firm.number, f"{o.day.day}. {months[o.day.month - 1]} {o.day.year}", a.number, q, german(q * a.price)]
            for o, a, q in lines()
        ],
        "\t",
    )


def finnish(folder: Path) -> None:
    """A language that the vocabulary does not have."""
    write(
        folder,
        "myynti.csv",
        [["tilausnro", "paivamaara", "asiakas", "tuote", "nimike", "maara", "hinta", "yhteensa"]]
        + [
            [o.number, o.day, o.firm.number, a.number, a.name, q, a.price, round(q * a.price, 2)] for o, a, q in lines()
        ],
    )


def nameless(folder: Path) -> None:
    """No row that names the columns."""
    write(folder, "export.csv", [[o.number, o.day, o.firm.number, a.number, a.name, q, a.price] for o, a, q in lines()])


def customers_each_order(folder: Path) -> None:
    """Each order gives its customer a new number; the table of customers says who it is. Categories are translated."""
    write(
        folder,
        "shop_orders.csv",
        [["order_id", "customer_id", "order_status", "order_purchase_timestamp"]]
        + [[o.number, f"k{o.number}", "delivered", f"{o.day} 10:15:00"] for o in orders()],
    )
    write(
        folder,
        "shop_customers.csv",
        [["customer_id", "customer_unique_id", "customer_city", "customer_state"]]
        + [[f"k{o.number}", o.firm.number, o.firm.city, o.firm.country] for o in orders()],
    )
    write(
        folder,
        "shop_order_items.csv",
        [["order_id", "order_item_id", "product_id", "seller_id", "price", "freight_value"]]
        + [[o.number, n, a.number, "s1", a.price, 13.29] for o, a, q in lines() for n in range(q)],
    )
    write(
        folder,
        "shop_products.csv",
        [["product_id", "product_category_name"]] + [[a.number, a.group] for a in articles()],
    )
    write(
        folder,
        "category_translation.csv",
        [
            ["product_category_name", "product_category_name_english"],
            ["Getränke", "drinks"],
            ["Geschirr", "dishes"],
            ["Zutaten", "ingredients"],
        ],
    )


FORMS = {
    form.__name__: form
    for form in (
        german_erp,
        superstore,
        capitals,
        units_as_rows,
        french,
        spanish,
        no_order_numbers,
        finnish,
        nameless,
        customers_each_order,
    )
}
