"""The order lines of a proposed map: keys, day, amounts, what is no order, and what makes order numbers unique."""

from recsys.ingest.propose.amounts import draft_amounts
from recsys.ingest.propose.concepts import fits
from recsys.ingest.propose.drafts import Draft, Section, listed
from recsys.ingest.propose.profiles import Profile
from recsys.ingest.propose.views import FIRST, Found, View, day
from recsys.ingest.propose.vocabulary import vocabulary
from recsys.ingest.sources.expressions import column_text

LINES = "order_lines"
_EMPTY = 0.05  # share of rows without a value from which that is the file's way of writing
_CANDIDATES = 8
_STANDS_IN = 0.75
_RESTARTS = 0.02  # share of order numbers that several customers have
_MOST_KINDS = 40


def draft_lines(view: View, draft: Draft) -> None:
    """Add the sections of order lines."""
    section, columns = draft.section(LINES), draft.section(f"{LINES}.columns")
    computed, constants = draft.section(f"{LINES}.computed"), draft.section(f"{LINES}.constants")
    order, bought = view.find("order_id"), ordered_on(view)
    _order_id(view, order, bought, section, columns, constants)
    add_key(view, "customer_id", "which column says which customer it is?", columns, computed)
    add_key(view, "product_id", "which column says which product it is?", columns, computed)
    if bought is None:
        columns.ask(missing(view, "ordered_on", "which column is the day of the order?"))
    else:
        columns.add("ordered_on", bought.plain, bought.match.score, _day_evidence(bought))
    draft_amounts(view, columns, computed, constants)
    _returns(view, section)
    _where(view, section)
    _currency(view, draft)


def ordered_on(view: View) -> Found | None:
    """Return the column of the day, by name or as the only column of days."""
    found = view.find("ordered_on")
    if found is not None and found.profile.filled > 0.2:
        return found
    days = [name for name, profile in view.base.profiles.items() if profile.date_formats and profile.filled > 0.9]
    return view.column(days[0], "ordered_on", 0.7) if len(days) == 1 else found


def _key_expression(view: View, concept: str) -> tuple[str, bool, float, str] | None:
    """Return the key of customers or products: how the map names it, whether as an expression, how sure, and why.

    None if there is none.
    """
    found = view.find(concept) or _instead(view, concept)
    if found is None:
        return None
    confidence, evidence = found.match.score, _key_evidence(found)
    if found.match.concept != concept and not found.match.is_linked:
        confidence, evidence = (
            min(confidence, _STANDS_IN),
            f"{evidence}; it stands in for a number, which was not found",
        )
    fallbacks = _fallbacks(view, concept, found)
    expression = found.expression
    if fallbacks:
        expression = f"coalesce({', '.join([expression, *(other.expression for other in fallbacks)])})"
        evidence += f"; where it is empty ({1 - found.profile.filled:.0%}), {fallbacks[0].label} counts"
        confidence = min(confidence, 0.85)
    folded = _folds(view, concept, found)
    if folded:
        expression = f"lower({expression})"
        evidence += "; written in small letters, since some differ only in case" if folded > 1 else "; in small letters"
    is_expression = bool(fallbacks or folded)
    return (expression if is_expression else found.plain), is_expression, confidence, evidence


def add_key(view: View, concept: str, question: str, columns: Section, computed: Section) -> bool:
    """Add the key of customers or products to its section, or ask for it; return whether there is one."""
    key = _key_expression(view, concept)
    if key is None:
        columns.ask(missing(view, concept, question))
        return False
    text, is_expression, confidence, evidence = key
    (computed if is_expression else columns).add(concept, text, confidence, evidence)
    return True


def _instead(view: View, concept: str) -> Found | None:
    """Return what can stand for a missing key: an email or name of a customer, a product's name."""
    others = {"customer_id": ("email", "company", "customer_name", "phone"), "product_id": ("product_name",)}
    return next((found for name in others[concept] if (found := view.find(name)) is not None), None)


def _fallbacks(view: View, concept: str, found: Found) -> list[Found]:
    """Return what counts where the key is empty: columns of the same table that are filled then."""
    if found.match.is_linked or found.profile.filled > 0.995 or found.profile.filled < 0.05:
        return []
    others = {"customer_id": ("phone", "company", "customer_name"), "product_id": ("product_name",)}[concept]
    columns = [view.find(name, of=found.join) for name in others]
    there = [other for other in columns if other is not None and other.match.column != found.match.column]
    return [other for other in there if view.share(f"{other.sql} IS NOT NULL", f"{found.sql} IS NULL") > 0]


def _folds(view: View, concept: str, found: Found) -> int:
    """Return 2 if keys differ only in case, 1 if they are email addresses, whose case means nothing, else 0."""
    if found.match.concept == "email":
        return 2 if view.number(f"count(DISTINCT {found.sql}) - count(DISTINCT lower({found.sql}))") else 1
    return 0


def _key_evidence(found: Found) -> str:
    if not found.match.name and not found.match.is_linked:
        return f"its values say so, not its name: {_some(found.profile)}"
    example = found.profile.values[0] if found.profile.values else ""
    return f"{found.profile.n_values:,} different, such as '{example[:40]}'"


def _day_evidence(found: Found) -> str:
    first = found.profile.values[0] if found.profile.values else ""
    return f"days such as '{first}'"


def _order_id(
    view: View, order: Found | None, bought: Found | None, section: Section, columns: Section, constants: Section
) -> None:
    if order is None:
        constants.add("order_id", "1", 0.7, "no column numbers the orders: a customer's lines of a day are one order")
        section.add("order_id_parts", ["customer_id", "ordered_on"], 0.7, "they tell the orders apart")
        return
    n_lines = order.profile.n_filled / max(order.profile.n_values, 1)
    columns.add("order_id", order.plain, order.match.score, f"{_key_evidence(order)}; {n_lines:.1f} lines an order")
    _parts(view, order, bought, section)


def _parts(view: View, order: Found, bought: Found | None, section: Section) -> None:
    """Say what makes order numbers unique where several customers or years have the same."""
    customer = view.find("customer_id") or _instead(view, "customer_id")
    if customer is None or bought is None:
        return
    when = day(bought)
    year = f"year({when})" if bought.profile.date_formats and not bought.profile.locale else "0"
    shared = {
        "": order.sql,
        "year": f"concat({order.sql}, '/', {year})",
        "customer_id": f"concat({order.sql}, '/', {customer.sql})",
    }
    clashing = {name: _clashing(view, key, customer.sql) for name, key in shared.items()}
    if clashing[""] <= _RESTARTS:
        return
    part = "year" if clashing["year"] <= _RESTARTS else "customer_id"
    what = {"year": "they restart each year", "customer_id": "each customer has their own"}[part]
    why = f"{clashing['']:.0%} of the order numbers are of several customers; {what}"
    section.add("order_id_parts", [part], 0.8, why)


def _clashing(view: View, key: str, customer: str) -> float:
    [[share]] = view.session.rows(
        f"SELECT avg(CASE WHEN n > 1 THEN 1.0 ELSE 0.0 END) FROM (SELECT count(DISTINCT lower({customer})) AS n "
        f"FROM {view.relation()} GROUP BY {key})"
    )
    return float(share or 0.0)


def _returns(view: View, section: Section) -> None:
    """Say which lines are returns: those with a minus, and those whose kind of document says so."""
    claims, reasons = [], []
    for concept in ("order_kind", "status"):
        kind = view.find(concept, of="" if concept == "status" else None)  # a whole order may be refunded, and kept
        if kind is None or kind.profile.n_values > _MOST_KINDS or concept in view.elsewhere:
            continue
        values = [value for value in kind.profile.values if vocabulary().means(value, "returned")]
        if values:
            claims.append(f"{kind.expression} in ({listed(values)})")
            reasons.append(f"{kind.label} has {_shares(kind, values)}")
    for concept in ("quantity", "revenue"):
        found = view.find(concept, of="")
        if found is not None and found.profile.n_negative and not any(" < 0" in claim for claim in claims):
            claims.append(f"{found.expression} < 0")
            reasons.append(f"{found.profile.n_negative / found.profile.n_filled:.1%} of {found.label} have a minus")
    if claims:
        section.add("returns_when", " or ".join(claims), 0.9, "; ".join(reasons))


def _shares(found: Found, values: list[str]) -> str:
    times = dict(found.profile.top)
    return ", ".join(f"'{value}' in {times[value] / found.profile.n_filled:.1%}" for value in values)


def _where(view: View, section: Section) -> None:
    """Say which rows are no lines of orders: cancelled ones and drafts, sums and notes without a product."""
    claims: list[tuple[str, float, str]] = []
    status = view.find("status")
    if status is not None and status.profile.n_values <= _MOST_KINDS:
        claims += _of_status(status, section)
    for name in view.joins if FIRST in view.joins else ["", *view.joins]:
        claims += _cancelled_at(view, name)
    claims += _without_product(view) + _without_customer(view)
    if not claims:
        return
    section.add(
        "where", " and ".join(claim for claim, _, _ in claims), min(sure for _, sure, _ in claims),
        "; ".join(why for _, _, why in claims),
    )  # fmt: skip


def _of_status(status: Found, section: Section) -> list[tuple[str, float, str]]:
    words = vocabulary()
    values = status.profile.values
    is_line = not status.join  # of a line that came back, see _returns
    out = [v for v in values if words.means(v, "cancelled") or (words.means(v, "returned") and not is_line)]
    unknown = [
        value
        for value in values
        if value not in out and not words.means(value, "ordered") and not words.means(value, "returned")
    ]
    if unknown:
        section.ask(
            f"where: {status.label} has values of which nothing is known, {_shares(status, unknown[:8])}. They count "
            f'as orders; leave out those that are none: where = "{status.expression} not in ({listed([*out, "..."])})"'
        )
    if not out:
        return []
    claim = f"{status.expression} not in ({listed(out)})"
    if status.profile.filled < 1:
        claim = f"({status.expression} is empty or {claim})"
    return [(claim, 0.85, f"{status.label} has {_shares(status, out)}")]


def _cancelled_at(view: View, join: str) -> list[tuple[str, float, str]]:
    """Return the claim that a day of cancelling, which few rows have, is empty."""
    table = view.base if not join else view.joins[join][0]
    found = []
    for name, profile in table.profiles.items():
        words = vocabulary().words(name)
        says = any(word.startswith(("cancel", "storn", "annul")) for word in words)
        if says and any(word in ("at", "date", "on", "datum", "am") for word in words) and profile.filled < 0.5:
            why = f"'{name}' is filled in {profile.filled:.1%} of the rows"
            found.append((f"{column_text(f'{join}.{name}' if join else name)} is empty", 0.9, why))
    return found


def _without_product(view: View) -> list[tuple[str, float, str]]:
    """Return the claim that there is a product, where rows lack one, as sums and notes do."""
    product = view.find("product_id", of="") or view.find("product_name", of="")
    if product is None or product.profile.filled == 1:
        return []
    instead = view.find("product_name", of="")
    if instead is not None and instead.match.column != product.match.column:
        empty = f"{product.sql} IS NULL AND {instead.sql} IS NULL"
        claim = f"coalesce({product.expression}, {instead.expression}) is not empty"
    else:
        empty, claim = f"{product.sql} IS NULL", f"{product.expression} is not empty"
    share = view.share(empty)
    if not share:
        return []
    if (
        instead is None
        or instead.match.column == product.match.column
        or not view.share(f"{instead.sql} IS NOT NULL", f"{product.sql} IS NULL")
    ):
        claim = f"{product.expression} is not empty"
    return [(claim, 0.85, f"{share:.1%} of the rows have no product, as sums and notes have")]


def _without_customer(view: View) -> list[tuple[str, float, str]]:
    """Return the claim that there is a customer, where more rows lack one than an import may reject."""
    found = view.find("customer_id")
    if found is None or found.join or found.profile.filled > 1 - _EMPTY / 5 or _fallbacks(view, "customer_id", found):
        return []
    if found.match.column in view.filled_down:
        return []
    why = f"{1 - found.profile.filled:.1%} of the rows have no customer, so nobody can be told from them"
    return [(f"{found.expression} is not empty", 0.85, why)]


def _currency(view: View, draft: Draft) -> None:
    found = view.find("currency")
    if found is None or found.profile.share(found.profile.n_currencies) < 0.8:
        return
    section = draft.section(f"{LINES}.currency")
    codes = found.profile.values
    section.add("column", found.expression, 0.95, f"{found.label} has {', '.join(codes[:8])}")
    if len(codes) > 1:
        rates = ", ".join(f"{code} = ..." for code in codes[1:])
        section.ask(f'currency: what are the others worth in {codes[0]}?\nto = "{codes[0]}"\nrates = {{ {rates} }}')


def missing(view: View, concept: str, question: str) -> str:
    """Return the question for a column that was not found, with the columns that it may be, as far as values say so."""
    taken = {match.column for match in view.matches[view.base.name].values()}
    able = [
        (abs(profile.filled - 1), name)
        for name, profile in view.base.profiles.items()
        if name not in taken and fits(profile, concept) > 0.8
    ]
    shown = ", ".join(f"'{name}' ({_some(view.base.profiles[name])})" for _, name in sorted(able)[:_CANDIDATES])
    return f'{concept}: {question} {f"It may be {shown}" if shown else "No column looks like it"}:\n{concept} = "..."'


def _some(profile: Profile) -> str:
    return ", ".join(value[:24] for value in profile.values[:2])
