"""From files to a map: what each file and column is, how sure that is and why, and questions where nothing decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from recsys.errors import SourceError
from recsys.ingest.limits import Limits
from recsys.ingest.propose.concepts import Match, match_scores
from recsys.ingest.propose.drafts import Draft, Line
from recsys.ingest.propose.first_rows import draft_first_rows
from recsys.ingest.propose.given import given_tables
from recsys.ingest.propose.inputs import Inputs, inputs_of
from recsys.ingest.propose.lines import LINES, draft_lines
from recsys.ingest.propose.links import Link
from recsys.ingest.propose.parties import draft_customers, draft_products, look_up
from recsys.ingest.propose.profiles import described
from recsys.ingest.propose.roles import Roles, roles_of
from recsys.ingest.propose.source_formats import draft_formats
from recsys.ingest.propose.views import View
from recsys.ingest.propose.writing import map_text
from recsys.ingest.sources.map_fields import kind_of
from recsys.ingest.sources.raw_files import USUAL_LIMITS
from recsys.ingest.sources.session import ImportSession, import_session
from recsys.runtime.atomic_files import write_atomically
from recsys.runtime.progress import Progress, Silent
from recsys.schema.clean import CLEAN_TABLES

_CATEGORIES = ("category", "subcategory", "department")
_DOUBTFUL = 0.6
_ONE_ORDER = 0.98  # different customers for each order from which a customer's id is none of a person
_OTHER_KEY = 0.6  # how well the name of a person's key fits


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
    named: Sequence[str],
    queries: Sequence[str] = (),
    *,
    limits: Limits = USUAL_LIMITS,
    progress: Progress | None = None,
) -> Proposal:
    """Return the map that fits some files best.

    named    files, folders, one archive, or the URL of a database
    queries  NAME=SELECT, one a table of that database
    limits   what reading one file may take

    Raises SourceError for a file that cannot be read, and if no file has order lines.
    """
    with (
        TemporaryDirectory() as scratch,
        import_session(Path(scratch), datetime.now().astimezone().date(), progress or Silent(), limits) as session,
    ):
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
    draft_formats(roles, draft, used, views)
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
    draft_first_rows(session, lines, roles, draft)
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
        draft.section(name).lines.insert(
            0, Line("from", view.base.name, _sureness(roles, name), _why(roles, name, view))
        )
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
            matches[link.table][concept] = Match(
                link.column, concept, min(0.99, link.score + 0.02), 1.0, is_linked=True
            )
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
        matches[table.name]["customer_id"] = Match(
            person or roles.customers.key, "customer_id", roles.customers.score, 1.0, is_linked=True
        )
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
        matches[table.name]["product_id"] = Match(
            roles.products.key, "product_id", roles.products.score, 1.0, is_linked=True
        )
        view = View(session, table, matches)
        look_up(view, roles, table, (*_CATEGORIES, "supplier"), ("category", "supplier"))
        return view, False
    return View(session, roles.lines, matches), True


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
            section.add(
                "pick", "first", 0.85, f"{n:,} rows have a key that was there before" if alias != "first" else ""
            )


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
        return (
            f"{view.base.given.label}: {n}; {link.found:.1%} of the rows of {link.table} find their '{link.key}' here"
        )
    return f"{view.base.given.label}: no file has the {name} alone"


def _unused(draft: Draft, roles: Roles, used: set[str]) -> None:
    for name, table in roles.tables.items():
        if name in used:
            continue
        about = table.given.about
        reason = "nothing in the lines leads to it"
        if "return" in about:
            missing = [what for what in ("order_id", "customer_id") if what not in roles.matches[name]]
            reason = (
                f"returns without {' and '.join(missing)}"
                if missing
                else "returns: add [returns] if they are to be shown"
            )
        elif "stock" in about:
            reason = "stock: add [stock] if the days are counts of what was at hand"
        draft.unused.append((table.given.label, reason))
        stem = Path(str(table.given.keys.get("file", ""))).stem
        if stem in CLEAN_TABLES and (CLEAN_TABLES[stem].optional or stem == "returns"):
            draft.without.append(stem)
