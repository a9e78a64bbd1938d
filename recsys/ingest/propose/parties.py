"""Customers and products of a proposed map: of their own table, or of the lines, where each comes many times."""

from collections.abc import Iterable

from recsys.ingest.propose.amounts import doubt
from recsys.ingest.propose.drafts import Draft, Section
from recsys.ingest.propose.lines import key_expression, missing, ordered_on
from recsys.ingest.propose.links import Link
from recsys.ingest.propose.profiles import Described
from recsys.ingest.propose.roles import Roles
from recsys.ingest.propose.views import Found, View
from recsys.ingest.propose.vocabulary import vocabulary

_FILLED = 0.02  # share of rows from which a column is worth keeping
_FEW_EMPTY = 0.98
_HALF = 0.5
_WORSE = 0.2  # what a level's column may fit worse than the best one
_PLACES = ("region", "country", "state", "city")
_MOST_STATUSES = 12


def draft_customers(view: View, roles: Roles, draft: Draft, *, is_flat: bool) -> None:
    """Add the sections of customers."""
    section, columns = draft.section("customers"), draft.section("customers.columns")
    computed = draft.section("customers.computed")
    if not _key_and_pick(view, "customer_id", section, columns, computed, is_flat=is_flat):
        return
    _customer_name(view, columns, computed)
    for concept in ("segment", "rep", "phone", "email", "parent_id"):
        _take(view, concept, columns, concept)
    region = _region(view, columns)
    _flag(view, "may_contact", columns, draft, "customers", means=True)
    if not is_flat or view.find("customer_status", of="") is not None:
        _status(view, columns, draft)
    city = view.find("city")
    if city is not None and (region is None or city.plain != region.plain) and city.profile.filled > _FILLED:
        columns.add("city", city.plain, city.match.score * 0.9, "kept and shown with the customer")


def draft_products(view: View, roles: Roles, draft: Draft, *, is_flat: bool) -> None:
    """Add the sections of products."""
    section, columns = draft.section("products"), draft.section("products.columns")
    computed = draft.section("products.computed")
    if not _key_and_pick(view, "product_id", section, columns, computed, is_flat=is_flat):
        return
    name = view.find("product_name", of="")
    if name is not None and name.profile.filled > _FILLED:
        columns.add("name", name.plain, name.match.score, _examples(name))
    _category(view, columns, computed)
    _supplier(view, columns)
    for concept in ("unit", "pack_size", "introduced_on", "replaced_by"):
        _take(view, concept, columns, concept, of="")
    for concept, ours in (("price", "unit_price"), ("cost", "cost")):
        found = _take(view, concept, columns, ours, of="")
        if found is not None:
            doubt(found, columns, ours)
    if not is_flat:
        _flag(view, "available", columns, draft, "products", means=True)
        if not any(line.key == "available" for line in columns.lines):
            _flag(view, "discontinued", columns, draft, "products", means=False)


def look_up(
    view: View, roles: Roles, table: Described, concepts: Iterable[str], about: Iterable[str], of: str = ""
) -> None:
    """Join the tables that a table's columns lead to, such as categories, and those that these lead to."""
    own = roles.matches[table.name]
    columns = {own[concept].column for concept in concepts if concept in own}
    wanted = set(about)
    best: dict[str, Link] = {}
    for link in roles.from_(table.name):
        is_wanted = wanted & roles.tables[link.other].given.about
        is_own = link.other in view.joins or link.other == view.base.name
        if not is_wanted or is_own or (link.column not in columns and not _speaks_of(link.column, wanted)):
            continue
        if link.column not in best or link.score > best[link.column].score:
            best[link.column] = link
    for link in best.values():
        other = roles.tables[link.other]
        view.join(other, link, of)
        look_up(view, roles, other, concepts, about, of=other.name)


def _speaks_of(column: str, entities: set[str]) -> bool:
    return bool(vocabulary().about(column) & entities)


def _key_and_pick(
    view: View, concept: str, section: Section, columns: Section, computed: Section, *, is_flat: bool
) -> bool:
    key = key_expression(view, concept)
    if key is None:
        columns.ask(missing(view, concept, "which column is the key?"))
        return False
    text, is_expression, confidence, evidence = key
    (computed if is_expression else columns).add(concept, text, confidence, evidence)
    found = view.find(concept)
    if is_flat:
        bought = ordered_on(view)
        if bought is None or bought.join:
            section.add("pick", "first", 0.9, "each comes many times")
        else:
            section.add("pick", "latest", 0.9, "each comes many times; the latest filled value counts")
            section.add("pick_by", bought.expression, bought.match.score, "the day of the order")
    elif found is not None and not found.join:
        n_twice = found.profile.n_filled - found.profile.n_values
        if n_twice:
            section.add("pick", "first", 0.85, f"{n_twice:,} rows have a key that was there before")
        _without_words(view, found, section)
    return True


def _without_words(view: View, found: Found, section: Section) -> None:
    """Leave out rows whose key is a word for nothing, such as NULL."""
    words = view.base.given.blanks.get(found.match.column, ())
    if words:
        values = ", ".join(f"'{word}'" for word in words)
        section.add("where", f"{found.expression} not in ({values})", 0.95, f"{values} stands for no key")


def _customer_name(view: View, columns: Section, computed: Section) -> None:
    company, person = view.find("company"), view.find("customer_name")
    first, last = view.find("first_name"), view.find("last_name")
    parts = [found for found in (first, last) if found is not None and found.profile.filled > _FILLED]
    names = [found.expression for found in (company, person) if found is not None and found.profile.filled > _FILLED]
    used = [found for found in (company, person) if found is not None and found.profile.filled > _FILLED]
    if used and used[0].profile.filled >= _FEW_EMPTY:
        columns.add("name", used[0].plain, used[0].match.score, _examples(used[0]))
        return
    if person is None and len(parts) == 2:
        names.append(f"join(' ', {parts[0].expression}, {parts[1].expression})")
    elif person is None and parts and not used:
        columns.add("name", parts[0].plain, parts[0].match.score * 0.9, _examples(parts[0]))
        return
    if len(names) > 1:
        why = f"{used[0].label} is empty in {1 - used[0].profile.filled:.0%} of the rows; then the person's name counts"
        computed.add("name", f"coalesce({', '.join(names)})", 0.85, why)
    elif used:
        columns.add("name", used[0].plain, used[0].match.score, _examples(used[0]))
    elif names:
        computed.add("name", names[0], 0.9, _examples(parts[0]))


def _region(view: View, columns: Section) -> Found | None:
    """Take the widest place that differs between customers."""
    found = [place for name in _PLACES if (place := view.find(name)) is not None and _is_place(place)]
    differing = [place for place in found if place.profile.n_values > 1]
    for place in differing or found[:1]:
        if place.profile.n_values:
            why = f"{place.profile.n_values:,} different, such as {_some(place)}"
            columns.add("region", place.plain, place.match.score * 0.95, why)
            return place
    return None


def _is_place(found: Found) -> bool:
    """Return whether most rows have a value and it is a name: `7` tells a rep nothing."""
    return found.profile.filled > _HALF and found.profile.numbers < _HALF


def _category(view: View, columns: Section, computed: Section) -> None:
    """Take the levels of categories, from the top: of looked-up tables their names, not their keys."""
    levels: list[Found] = []
    for concept in ("department", "category", "subcategory"):
        for name in ["", *view.joins]:
            found = view.find(concept, of=name)
            if found is None or _is_looked_up(view, found) or found.profile.filled <= _FILLED:
                continue
            levels.append(found)
    best = max((level.match.score for level in levels), default=0.0)
    levels = _distinct([level for level in levels if level.match.score > best - _WORSE])
    levels.sort(key=lambda level: level.profile.n_values)
    if len(levels) == 1:
        columns.add("category", levels[0].plain, levels[0].match.score, _examples(levels[0]))
    elif levels:
        why = "from the top: " + ", ".join(f"{level.label} ({level.profile.n_values:,} different)" for level in levels)
        text = f"join(' > ', {', '.join(level.expression for level in levels)})"
        computed.add("category", text, min(level.match.score for level in levels) * 0.95, why)


def _distinct(levels: list[Found]) -> list[Found]:
    """Return levels without translations: of two columns of one looked-up table, of the same depth, the better one."""
    found: list[Found] = []
    for level in levels:
        same = [other for other in found if other.join and other.join == level.join]
        if not same or any(other.profile.n_values != level.profile.n_values for other in same):
            found.append(level)
    return found


def _is_looked_up(view: View, found: Found) -> bool:
    """Return whether a column is only the key of a look-up that has a name for it."""
    return any(of == found.join and link.column == found.match.column for _, link, of in view.joins.values()) or any(
        name == found.join and link.key == found.match.column for name, (_, link, _) in view.joins.items()
    )


def _supplier(view: View, columns: Section) -> None:
    own = view.find("supplier", of="")
    if own is None or own.profile.filled <= _FILLED:
        return
    for name, (table, link, _) in view.joins.items():
        if link.column == own.match.column and "supplier" in table.given.about:
            for concept in ("supplier", "company", "customer_name"):
                found = view.find(concept, of=name)
                if found is not None and found.match.column != link.key:
                    columns.add("supplier", found.plain, 0.9, _examples(found))
                    return
    columns.add("supplier", own.plain, own.match.score, _examples(own))


def _take(view: View, concept: str, columns: Section, ours: str, of: str | None = None) -> Found | None:
    found = view.find(concept, of=of)
    if found is None or found.profile.filled <= _FILLED:
        return None
    columns.add(ours, found.plain, found.match.score, _examples(found))
    return found


def _flag(view: View, concept: str, columns: Section, draft: Draft, table: str, *, means: bool) -> None:
    """Take a column of yes and no; `means` says what yes is of ours. Ask where a value is neither."""
    found = view.find(concept, of="")
    if found is None or found.profile.n_values > 6:
        return
    ours = "may_contact" if concept == "may_contact" else "available"
    words = vocabulary()
    meanings = {value.lower(): words.means(value, "yes") for value in found.profile.values}
    unclear = [
        value for value in found.profile.values if not words.means(value, "yes") and not words.means(value, "no")
    ]
    if unclear:
        columns.ask(
            f"{ours}: {found.label} has {', '.join(unclear[:5])}; which of these is true?\n"
            f'{ours} = "{found.match.column}"'
        )
        return
    columns.add(ours, found.plain, found.match.score * 0.95, f"{found.label} has {', '.join(found.profile.values)}")
    plain = {"true", "false"} >= set(meanings) and means
    if not plain:
        values = draft.section(f"{table}.values.{ours}")
        for value, is_yes in meanings.items():
            values.add(value, is_yes == means, 0.95, "")


def _status(view: View, columns: Section, draft: Draft) -> None:
    found = view.find("customer_status", of="") or view.find("status", of="")
    if found is None or found.profile.n_values > _MOST_STATUSES or found.profile.filled <= _FILLED:
        return
    words = vocabulary()
    meanings = {
        value: next((ours for ours in ("active", "blocked", "closed") if words.means(value, ours)), "")
        for value in found.profile.values
    }
    if not all(meanings.values()):
        unclear = ", ".join(f"'{value}'" for value, meaning in meanings.items() if not meaning)
        columns.ask(
            f'status: which of {unclear} of {found.label} is active, blocked or closed?\nstatus = "{found.plain}"'
        )
        return
    columns.add("status", found.plain, found.match.score * 0.95, _examples(found))
    if any(value.lower() != meaning for value, meaning in meanings.items()):
        values = draft.section("customers.values.status")
        for value, meaning in meanings.items():
            values.add(value.lower(), meaning, 0.95, "")


def _examples(found: Found) -> str:
    return f"such as {_some(found)}"


def _some(found: Found, n: int = 2) -> str:
    return ", ".join(f"'{value[:40]}'" for value in found.profile.values[:n]) or "nothing"
