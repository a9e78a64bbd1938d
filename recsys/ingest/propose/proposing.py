"""From files to a map: what each file and column is, with how sure that is and why, and questions where nothing decides."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from recsys.ingest.limits import Limits
from recsys.ingest.propose.concepts import Match, match_scores
from recsys.ingest.propose.drafts import Draft, Line, listed
from recsys.ingest.propose.given import given_tables
from recsys.ingest.propose.inputs import Inputs, inputs_of
from recsys.ingest.propose.lines import LINES, draft_lines, ordered_on
from recsys.ingest.propose.links import Link
from recsys.ingest.propose.parties import draft_customers, draft_products, look_up
from recsys.ingest.propose.profiles import ISO, Described, described
from recsys.ingest.propose.roles import Roles, roles_of
from recsys.ingest.propose.views import View
from recsys.ingest.propose.writing import map_text
from recsys.ingest.sources.map_fields import kind_of
from recsys.ingest.sources.raw_files import USUAL_LIMITS
from recsys.ingest.sources.session import ImportSession, import_session
from recsys.ingest.sources.sql import identifier
from recsys.errors import SourceError
from recsys.runtime.atomic_files import write_atomically
from recsys.runtime.progress import Progress, Silent
from recsys.schema.clean import CLEAN_TABLES

_CATEGORIES = ("category", "subcategory", "department")
_NUMBERS = ("quantity", "revenue", "price", "cost", "discount", "gross", "tax", "order_total")
_DOUBTFUL = 0.6
_ONE_ORDER = 0.98  # different customers for each order from which a customer's id is none of a person
_OTHER_KEY = 0.6  # how well the name of a person's key fits
_FIRST = 0.8  # share of first rows with a value, and of later ones without, from which it is of the whole order
_BLANK = 0.05  # share of rows without a value from which lines leave it to the first row of their order


@dataclass(frozen=True)
class Proposal:
    """A proposed map.

    text       of the map file
    lines      section and line of each column that was found
    questions  section and question
    unused     file and why it is not used
    shown      the folder or archive, as `import tables` names it
    """

    text: str
    lines: tuple[tuple[str, Line], ...]
    questions: tuple[tuple[str, str], ...]
    unused: tuple[tuple[str, str], ...]
    shown: str


def propose(
    named: Sequence[str], queries: Sequence[str] = (), *, limits: Limits = USUAL_LIMITS, progress: Progress | None = None
) -> Proposal:
    """Return the map that fits some files best.

    named    files, folders, one archive, or the URL of a database
    queries  NAME=SELECT, one a table of that database
    limits   what reading one file may take

    Raises SourceError for a file that cannot be read, and if no file has order lines.
    """
    with TemporaryDirectory() as scratch, import_session(Path(scratch), date.today(), progress or Silent(), limits) as session:
        return proposal_of(session, inputs_of(session, named, queries))


def save(proposal: Proposal, path: Path) -> None:
    """Write a map to a file, whole or not at all. Raises SourceError if it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, proposal.text)
    except OSError as error:
        raise SourceError(f"{path} cannot be written ({error.strerror}); name another file with --out") from error


def proposal_of(session: ImportSession, inputs: Inputs) -> Proposal:
    """Return the map that fits what was named best."""
    with session.progress.step("Reading the files"):
        given = given_tables(session, inputs.folder, inputs.paths, inputs.queries)
    with session.progress.step("Looking at columns", total=len(given)) as advance:
        tables = []
        for table in given:
            tables.append(described(session, table))
            advance(1)
    with session.progress.step("Comparing tables"):
        roles = roles_of(session, tables)
        draft, used, views = _drafted(session, roles)
    _formats(roles, draft, used, views)
    text = map_text(draft, roles, used, inputs.shown)
    fields = tuple(
        (name.partition(".")[0], line)
        for name, section in draft.sections.items()
        for line in section.lines
        if name.endswith((".columns", ".computed", ".constants"))
    )
    return Proposal(text, fields, tuple(draft.questions), tuple(draft.unused), inputs.shown)


def _drafted(session: ImportSession, roles: Roles) -> tuple[Draft, set[str], list[View]]:
    """Return the draft, the tables that it uses, and the views that its sections see."""
    draft = Draft()
    lines = View(session, roles.lines, roles.matches)
    if roles.header is not None:
        lines.join(roles.tables[roles.header.other], roles.header)
    _spread(session, lines, roles, draft)
    if roles.products is not None and not _has_amount(roles):
        lines.join(roles.tables[roles.products.other], roles.products)
    if roles.customers is not None and (_person(roles) or not lines.find("customer_id")):
        lines.join(roles.tables[roles.customers.other], roles.customers, _bearer(lines, roles.customers))
        lines.elsewhere["customer_id"] = roles.customers.other
    customers, flat_customers = _customers_view(session, roles)
    products, flat_products = _products_view(session, roles)
    draft_customers(customers, roles, draft, is_flat=flat_customers)
    draft_products(products, roles, draft, is_flat=flat_products)
    draft_lines(_keyed(lines, roles), roles, draft)
    views = [customers, products, lines]
    for name, view in zip(("customers", "products", LINES), views, strict=True):
        draft.section(name).lines.insert(0, Line("from", view.base.name, _sureness(roles, name), _why(roles, name, view)))
        _joins(draft, name, view)
        _blanks(draft, name, view)
    used = {table for view in views for table in (view.base.name, *view.joins)}
    _unused(draft, roles, used)
    return draft, used, views


def _bearer(lines: View, link: Link) -> str:
    """Return the look-up whose column a link starts at; empty for the lines themselves."""
    return link.table if link.table in lines.joins else ""


def _has_amount(roles: Roles) -> bool:
    return any(name in roles.matches[roles.lines.name] for name in ("revenue", "price", "gross"))


def _keyed(lines: View, roles: Roles) -> View:
    """Return the lines' view with the keys that its links say, not only names: `ProductKey` leads to the products."""
    matches = {name: dict(found) for name, found in lines.matches.items()}
    person = _person(roles)
    if roles.customers is not None and person:
        matches[roles.customers.other]["customer_id"] = Match(person, "customer_id", 0.9, 1.0, is_linked=True)
    for link, concept in ((roles.products, "product_id"), (roles.customers, "customer_id"), (roles.header, "order_id")):
        if link is not None and link.table in matches:
            matches[link.table][concept] = Match(link.column, concept, min(0.99, link.score + 0.02), 1.0, is_linked=True)
    lines.matches = matches
    return lines


def _person(roles: Roles) -> str:
    """Return the column that says who a customer is, where each order gives them a new id; empty if the id does."""
    if roles.customers is None:
        return ""
    start, table = roles.tables[roles.customers.table], roles.tables[roles.customers.other]
    if start.profiles[roles.customers.column].uniqueness < _ONE_ORDER or start is roles.lines:
        return ""
    scores = match_scores(table)[1]
    others = [
        (scores[name, "customer_id"], name)
        for name, profile in table.profiles.items()
        if name != roles.customers.key and profile.uniqueness < 1 and scores[name, "customer_id"] > _OTHER_KEY
    ]
    return max(others, default=(0.0, ""))[1]


def _customers_view(session: ImportSession, roles: Roles) -> tuple[View, bool]:
    matches = {name: dict(found) for name, found in roles.matches.items()}
    if roles.customers is not None:
        table = roles.tables[roles.customers.other]
        person = _person(roles)
        matches[table.name]["customer_id"] = Match(person or roles.customers.key, "customer_id", roles.customers.score, 1.0, is_linked=True)
        view = View(session, table, matches)
        look_up(view, roles, table, ("rep", "region", "country"), ("rep", "territory"))
        return view, False
    bearer = roles.lines
    if roles.header is not None and "customer_id" in matches[roles.header.other]:
        bearer = roles.tables[roles.header.other]
    return View(session, bearer, matches), True


def _products_view(session: ImportSession, roles: Roles) -> tuple[View, bool]:
    matches = {name: dict(found) for name, found in roles.matches.items()}
    if roles.products is not None:
        table = roles.tables[roles.products.other]
        matches[table.name]["product_id"] = Match(roles.products.key, "product_id", roles.products.score, 1.0, is_linked=True)
        view = View(session, table, matches)
        look_up(view, roles, table, (*_CATEGORIES, "supplier"), ("category", "supplier"))
        return view, False
    return View(session, roles.lines, matches), True


def _spread(session: ImportSession, lines: View, roles: Roles, draft: Draft) -> None:
    """Fill what only the first line of an order has: down the file, or by the order's number where all lines have it."""
    own = roles.matches[roles.lines.name]
    order = own.get("order_id")
    products = [own[name] for name in ("product_id", "product_name") if name in own]
    product = max(products, key=lambda match: roles.lines.profiles[match.column].filled, default=None)
    if order is None or product is None:
        return
    table = identifier(roles.lines.given.relation)
    there = f"{identifier(product.column)} IS NOT NULL"
    concepts = [name for name in ("order_id", "customer_id", "email", "ordered_on", "status", "currency", "rep") if name in own]
    empty = dict(
        zip(
            concepts,
            session.rows(
                f"SELECT {', '.join(f'avg(({identifier(own[name].column)} IS NULL)::INT)' for name in concepts)} "  # noqa: S608 - quoted
                f"FROM {table} WHERE {there}"
            )[0],
            strict=True,
        )
    )
    left = [name for name in concepts if (empty[name] or 0) > _BLANK]
    if "order_id" in left and (empty["order_id"] or 0) < 1:
        columns = [own[name].column for name in left if abs(empty[name] - empty["order_id"]) < 0.1]
        why = f"{empty['order_id']:.0%} of the rows have no order number: they belong to the order above them"
        draft.section(f"sources.{roles.lines.name}").add("fill_down", columns, 0.9, why)
        lines.filled_down = frozenset(columns)
    elif left:
        whole = [name for name in left if _is_of_order(session, table, own[order.concept].column, own[name].column)]
        if whole:
            names = ", ".join(f"'{own[name].column}'" for name in whole)
            _join_first(lines, roles, order, whole, f"{names}: filled only in the first row of an order")


def _is_of_order(session: ImportSession, table: str, order: str, column: str) -> bool:
    """Return whether nearly every order has a value in its first row, and hardly one in a later row."""
    order, column = identifier(order), identifier(column)
    [[first, later]] = session.rows(
        f"SELECT avg(CASE WHEN {column} IS NOT NULL THEN 1.0 ELSE 0 END) FILTER (place = 1), "  # noqa: S608 - quoted
        f"avg(CASE WHEN {column} IS NOT NULL THEN 1.0 ELSE 0 END) FILTER (place > 1) FROM (SELECT {column}, "
        f"row_number() OVER (PARTITION BY {order} ORDER BY rowid) AS place FROM {table} WHERE {order} IS NOT NULL)"
    )
    return (first or 0) > _FIRST and (later or 0) < 1 - _FIRST


def _join_first(lines: View, roles: Roles, order: Match, concepts: list[str], why: str) -> None:
    first = replace(roles.lines, given=replace(roles.lines.given, name="first"))
    lines.matches = {**lines.matches, "first": lines.matches[roles.lines.name]}
    lines.join(first, Link(roles.lines.name, order.column, "first", order.column, 1.0, 0.0, 0.9, why))
    lines.elsewhere = dict.fromkeys(concepts, "first")


def _joins(draft: Draft, name: str, view: View) -> None:
    for alias, (table, link, of) in view.joins.items():
        section = draft.section(f"{name}.join.{alias}")
        ours = f"{of}.{link.column}" if of else link.column
        on: object = ours if ours == link.key else {ours: link.key}
        why = f"{link.found:.1%} of the rows find theirs"
        if alias == "first":
            section.add("source", view.base.name, 0.9, link.why)
        section.add("on", on, min(link.score, 0.99), why)
        if link.uniqueness < 1:
            n = round((1 - link.uniqueness) * table.given.n_rows)
            section.add("pick", "first", 0.85, f"{n:,} rows have a key that was there before" if alias != "first" else "")


def _blanks(draft: Draft, name: str, view: View) -> None:
    """Say that words such as NULL in a column of texts stand for nothing."""
    if name not in CLEAN_TABLES:
        return
    for line in draft.section(f"{name}.columns").lines:
        words = view.base.given.blanks.get(str(line.value), ())
        if words and kind_of(CLEAN_TABLES[name], line.key) == "text" and line.key not in CLEAN_TABLES[name].key:
            values = draft.section(f"{name}.values.{line.key}")
            for word in words:
                values.add(word.lower(), "", 0.95, "")


def _sureness(roles: Roles, name: str) -> float:
    if name == LINES:
        return min(0.99, max(_DOUBTFUL, roles.scores[roles.lines.name] / 7))
    link = roles.customers if name == "customers" else roles.products
    return min(0.99, link.score) if link is not None else 0.8


def _why(roles: Roles, name: str, view: View) -> str:
    n = f"{view.base.given.n_rows:,} rows" + ("" if view.base.given.is_whole else " were looked at")
    if name == LINES:
        return f"{view.base.given.label}: {n} with a product and an amount or quantity"
    link = roles.customers if name == "customers" else roles.products
    if link is not None:
        return f"{view.base.given.label}: {n}; {link.found:.1%} of the rows of {link.table} find their '{link.key}' here"
    return f"{view.base.given.label}: no file has the {name} alone"


def _unused(draft: Draft, roles: Roles, used: set[str]) -> None:
    for name, table in roles.tables.items():
        if name in used:
            continue
        about = table.given.about
        reason = "nothing in the lines leads to it"
        if "return" in about:
            missing = [what for what in ("order_id", "customer_id") if what not in roles.matches[name]]
            reason = f"returns without {' and '.join(missing)}" if missing else "returns: add [returns] if they are to be shown"
        elif "stock" in about:
            reason = "stock: add [stock] if the days are counts of what was at hand"
        draft.unused.append((table.given.label, reason))
        stem = Path(str(table.given.keys.get("file", ""))).stem
        if stem in CLEAN_TABLES and (CLEAN_TABLES[stem].optional or stem == "returns"):
            draft.without.append(stem)


def _formats(roles: Roles, draft: Draft, used: set[str], views: list[View]) -> None:
    """Add to each source how its files are written: dates of the columns that the map reads, and numbers."""
    certain = {
        table.profiles[name].date_formats[0]
        for table in roles.tables.values()
        for name in table.profiles
        if len(table.profiles[name].date_formats) == 1
    }
    for name in sorted(used):
        if name in roles.tables:
            _format(roles.tables[name], roles.matches[name], draft, certain, _days(name, views))


def _days(name: str, views: list[View]) -> list[str]:
    """Return the columns of a table that a view reads as days."""
    found = []
    for view in views:
        for concept in ("ordered_on", "introduced_on"):
            column = ordered_on(view) if concept == "ordered_on" else view.find(concept)
            if column is not None and (column.join or view.base.name) in (name, "first" if view.base.name == name else name):
                found.append(column.match.column)
    return list(dict.fromkeys(found))


def _format(
    table: Described, matches: dict[str, Match], draft: Draft, certain: set[str], days: list[str]
) -> None:
    section, form = draft.section(f"sources.{table.name}"), table.form
    if form.delimiter != ",":
        section.add("delimiter", form.delimiter, 0.99, "by it, the rows have as many columns as the header")
    if form.encoding != "utf-8":
        section.add("encoding", form.encoding, 0.9, "it is no UTF-8, and its letters are those of this encoding")
    if not any(name in matches for name in _NUMBERS):
        form = replace(form, decimal=".", thousands="")  # none of its numbers is read
    if form.decimal != ".":
        section.add("decimal", form.decimal, 0.97, "its numbers are read so")
    if form.thousands:
        section.add("thousands", form.thousands, 0.97, "its numbers are read so")
    _dates(table, section, certain, days)


def _dates(table: Described, section: object, certain: set[str], days: list[str]) -> None:
    formats: list[str] = []
    for name in days:
        profile = table.profiles[name]
        found = profile.date_formats or _serial(profile.least, profile.most)
        if found == (ISO,) or not found:
            continue
        if len(found) > 1:
            known = [text for text in found if text in certain]
            if len(known) != 1:
                choices = " or ".join(f'"{text}"' for text in found)
                section.ask(  # type: ignore[attr-defined]
                    f"date_format: the days of '{name}', such as '{profile.values[0]}', can be read as {choices}; which?\n"
                    f'date_format = "{found[0]}"'
                )
                continue
            found = tuple(known)
        formats.append(found[0])
        if profile.locale and profile.locale != "en":
            section.add("locale", profile.locale, 0.95, f"months are named as in '{profile.values[0]}'")  # type: ignore[attr-defined]
    if formats:
        unique = list(dict.fromkeys(formats))
        value: object = unique[0] if len(unique) == 1 else unique
        example = table.profiles[days[0]].values[0]
        section.add("date_format", value, 0.95, f"it reads the days, such as '{example}'; {listed(days)}")  # type: ignore[attr-defined]


def _serial(least: float | None, most: float | None) -> tuple[str, ...]:
    if least is None or most is None:
        return ()
    if 20_000 < least and most < 80_000:
        return ("excel",)
    if 6e8 < least and most < 5e9:
        return ("unix",)
    return ("unix_ms",) if 6e11 < least and most < 5e12 else ()
