"""What a line is worth: quantity, price, discount and revenue, told apart by arithmetic as well as by name."""

from dataclasses import dataclass
from itertools import permutations

from recsys.ingest.propose.concepts import may_be_units
from recsys.ingest.propose.discounts import HOLDS, Discount, discount_of, discounted_share, product_share
from recsys.ingest.propose.drafts import Section
from recsys.ingest.propose.profiles import Profile
from recsys.ingest.propose.views import Found, View
from recsys.ingest.propose.vocabulary import vocabulary

_STEADIER = 0.6  # share of products whose price hardly differs between quantities
_MOST_COLUMNS = 8


@dataclass(frozen=True)
class Equation:
    """A column that is a product of others in nearly all rows."""

    total: Found
    quantity: Found
    price: Found
    share: float


def draft_amounts(view: View, section: Section, computed: Section, constants: Section) -> None:
    """Add quantity and revenue of the lines to their sections."""
    quantity, price = view.find("quantity", of=""), view.find("price")
    equation = _equation(view, quantity, price)
    if equation is not None and quantity is None:
        quantity = equation.quantity
    _quantity(view, quantity, equation, section, constants)
    if equation is not None and view.find("revenue", of="") is None and price is None:
        why = f"it is {equation.quantity.label} x {equation.price.label} in {equation.share:.0%} of the rows"
        section.add("revenue", equation.total.plain, 0.85, why)
        return
    _revenue(view, quantity, section, computed)


def _quantity(
    view: View, quantity: Found | None, equation: Equation | None, section: Section, constants: Section
) -> None:
    if quantity is not None:
        evidence = f"numbers from {_shown(quantity.profile.least)} to {_shown(quantity.profile.most)}"
        if equation is not None and equation.quantity.match.column == quantity.match.column:
            evidence += (
                f"; times {equation.price.label} it is {equation.total.label} in {equation.share:.0%} of the rows"
            )
        section.add("quantity", quantity.plain, max(quantity.match.score, 0.9 if equation else 0.0), evidence)
        doubt(quantity, section, "quantity")
        return
    able = _may_be_units(view)
    if able:
        section.ask(
            f"quantity: which column counts the units? It may be {', '.join(able)}. If each row is one unit, write "
            f'[order_lines.constants] quantity = 1:\nquantity = "..."'
        )
        return
    names = ", ".join(view.base.profiles)
    constants.add("quantity", 1, 0.75, f"no column holds a quantity (there are {names}), so each row is one unit")


def _may_be_units(view: View) -> list[str]:
    """Return the columns of whole numbers that are nothing else and no key."""
    taken = {match.column for match in view.matches[view.base.name].values()}
    return [
        f"'{name}' ({', '.join(profile.values[:3])})"
        for name, profile in view.base.profiles.items()
        if name not in taken and profile.n_values > 1 and may_be_units(name, profile)
    ]


def doubt(found: Found, section: Section, what: str) -> None:
    """Ask what the mark in a column's numbers is, where all of them have three digits behind it."""
    if not found.table.is_doubtful(found.match.column):
        return
    value = next((value for value in found.profile.values if "," in value or "." in value), found.profile.values[0])
    mark = "," if "," in value else "."
    section.ask(
        f"{what}: every number of {found.label} has three digits behind its mark, as '{value}'. Does '{mark}' mark "
        f'decimals or of thousands? Declare it with the file: decimal = "{mark}", or thousands = "{mark}"'
    )


def _shown(value: float | None) -> str:
    return "?" if value is None else f"{value:,.6g}"


def _revenue(view: View, quantity: Found | None, section: Section, computed: Section) -> None:
    price, revenue = view.find("price", of="") or _only_fraction(view), view.find("revenue", of="")
    discount = discount_of(view, quantity, price, revenue)
    if revenue is not None and quantity is not None and price is not None:
        share = discounted_share(view, revenue, quantity, price, discount)
        if share >= HOLDS and not (discount is not None and share == product_share(view, revenue, quantity, price)):
            product = f"{quantity.label} x {price.label}" + (f" less {discount.found.label}" if discount else "")
            section.add("revenue", revenue.plain, 0.97, f"it is {product} in {share:.0%} of the rows")
            return
    if revenue is not None and _is_of_lines(view, revenue, quantity, price, discount):
        _given(view, revenue, quantity, section)
    elif price is not None and quantity is not None:
        _priced(view, price, quantity, discount, section, computed)
    elif price is not None:
        section.add("revenue", price.plain, 0.75, f"{price.label} is the only amount, and a row is one unit")
        doubt(price, section, "revenue")
    else:
        _from_elsewhere(view, quantity, section, computed)


def _is_of_lines(
    view: View, revenue: Found, quantity: Found | None, price: Found | None, discount: Discount | None
) -> bool:
    """Return whether an amount is what a line brings: no total of its order, and not before a discount."""
    if price is None:
        return not _is_repeated(view, revenue)
    if revenue.profile.filled < HOLDS * price.profile.filled or _is_repeated(view, revenue):
        return False  # an order's total, in its first row or beside each of its lines
    if discount is None or quantity is None:
        return True
    return product_share(view, revenue, quantity, price) < HOLDS


def _only_fraction(view: View) -> Found | None:
    """Return the only column of numbers that are not whole, where no name says what it is."""
    taken = {match.column for match in view.matches[view.base.name].values()}
    if any(view.find(name, of="") for name in ("price", "revenue", "gross", "order_total")):
        return None
    able = [
        name
        for name, profile in view.base.profiles.items()
        if name not in taken and is_amount(profile) and profile.whole < 0.9
    ]
    return view.column(able[0], "price", 0.7) if len(able) == 1 else None


def _given(view: View, revenue: Found, quantity: Found | None, section: Section) -> None:
    """Take a column as the revenue of its line; ask where it may be a price of one."""
    is_price = "price" in vocabulary().words(revenue.match.column)
    steady = _steadiness(view, revenue, quantity) if quantity is not None else None
    evidence = f"numbers from {_shown(revenue.profile.least)} to {_shown(revenue.profile.most)}"
    if steady is not None and steady < 1 - _STEADIER:
        evidence += f"; it grows with the quantity for {1 - steady:.0%} of the products"
    section.add("revenue", revenue.plain, revenue.match.score * (0.8 if is_price else 0.93), evidence)
    doubt(revenue, section, "revenue")


def _priced(
    view: View, price: Found, quantity: Found, discount: Discount | None, section: Section, computed: Section
) -> None:
    steady = _steadiness(view, price, quantity)
    if steady is not None and steady <= 1 - _STEADIER:
        why = f"{price.label} grows with the quantity for {1 - steady:.0%} of the products, so it is of the whole line"
        section.add("revenue", price.plain, 0.85, why)
        return
    formula = f"{quantity.expression} * {price.expression}"
    evidence = f"{price.label} is of one unit"
    if steady is not None and steady >= _STEADIER:
        evidence = (
            f"{price.label} is the same whatever the quantity for {steady:.0%} of the products, so it is of one unit"
        )
    confidence = 0.93 if steady is not None and steady >= _STEADIER else 0.8
    if discount is not None:
        formula = f"{formula} * {discount.factor}" if discount.factor else f"{formula} - {discount.less}"
        evidence += f"; {discount.evidence}"
        confidence = min(confidence, discount.confidence)
    computed.add("revenue", formula, confidence, evidence)
    doubt(price, computed, "revenue")
    if discount is not None and discount.kind == "unclear":
        computed.ask(
            f"revenue: {discount.found.label} may be a percentage or an amount of the line; it is taken off "
            f"as an amount. If it is a percentage:\n"
            f'revenue = "{quantity.expression} * {price.expression} * (1 - {discount.found.expression} / 100)"'
        )
    if not view.base.given.is_whole:
        return


def _from_elsewhere(view: View, quantity: Found | None, section: Section, computed: Section) -> None:
    """Take the price of the list of products, or the amount with tax; ask where there is neither."""
    price, gross = view.find("price"), view.find("gross", of="")
    tax = view.find("tax", of="")
    if gross is not None and tax is not None and tax.profile.numbers > 0.9 and (tax.profile.most or 0) > 30:
        formula = f"{gross.expression} - {tax.expression}"
        computed.add("revenue", formula, 0.7, f"{gross.label} is with tax, {tax.label} is taken off")
    elif price is not None and quantity is not None:
        why = f"the lines have no amount, so the list price counts: {price.label}"
        computed.add("revenue", f"{quantity.expression} * {price.expression}", 0.75, why)
    elif gross is not None:
        section.add("revenue", gross.plain, 0.5, f"{gross.label} is the only amount; it is with tax")
        section.ask(
            f"revenue: {gross.label} is with tax, revenue is to be net. If all have the same rate, take it off:\n"
            f'[order_lines.computed]\nrevenue = "{gross.expression} / 1.19"'
        )
    else:
        names = ", ".join(f"'{name}'" for name, profile in view.base.profiles.items() if is_amount(profile))
        section.ask(
            f"revenue: which column holds a line's net amount, or which is its price? "
            f'{f"Numbers are in {names}" if names else "No column holds numbers"}:\nrevenue = "..."'
        )


def _is_repeated(view: View, revenue: Found) -> bool:
    """Return whether an amount is the same in all lines of an order, as the order's total would be."""
    order = view.find("order_id", of="")
    if order is None or not order.profile.n_filled:
        return False
    [[several, same]] = view.session.rows(
        f"SELECT count(*), count(*) FILTER (n = 1) FROM (SELECT count(DISTINCT {revenue.sql}) AS n "
        f"FROM {view.relation()} WHERE {order.sql} IS NOT NULL GROUP BY {order.sql} HAVING count(*) > 1)"
    )
    return bool(several >= 5 and same > 0.9 * several)


def _equation(view: View, quantity: Found | None, price: Found | None) -> Equation | None:
    """Return which column is the product of two others: total = quantity x price."""
    columns = [name for name, profile in view.base.profiles.items() if is_amount(profile)][:_MOST_COLUMNS]
    best: Equation | None = None
    for total, first, second in permutations(columns, 3):
        if quantity is not None and quantity.match.column != first:
            continue
        if price is not None and not price.join and price.match.column != second:
            continue
        if quantity is None and view.base.profiles[first].whole < 0.95:
            continue
        found = [view.column(name, "", 0.9) for name in (total, first, second)]
        share = product_share(view, *found)
        if share >= HOLDS and (best is None or share > best.share):
            best = Equation(found[0], found[1], found[2], share)
    return best


def is_amount(profile: Profile) -> bool:
    """Return whether a column holds numbers that may be amounts or quantities."""
    return profile.numbers >= 0.95 and not profile.date_formats and profile.n_values > 2


def _steadiness(view: View, amount: Found, quantity: Found) -> float | None:
    """Return the share of products whose amount differs less between lines than their amount a unit does.

    None if fewer than five products were sold in several quantities.
    """
    product = view.find("product_id", of="") or view.find("product_name", of="")
    if product is None:
        return None
    [[n, steadier]] = view.session.rows(
        f"WITH lines AS (SELECT {product.sql} AS product, {quantity.number} AS q, {amount.number} AS v "
        f"FROM {view.relation()}), spread AS (SELECT stddev_pop(ln(v)) AS whole, stddev_pop(ln(v / q)) AS each "
        "FROM lines WHERE q > 0 AND v > 0 GROUP BY product HAVING count(DISTINCT q) > 1) "
        "SELECT count(*), avg(CASE WHEN whole < each THEN 1.0 WHEN whole = each THEN 0.5 ELSE 0.0 END) FROM spread"
    )
    return float(steadier) if n >= 5 else None
