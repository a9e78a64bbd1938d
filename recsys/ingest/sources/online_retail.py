"""UCI "Online Retail" and "Online Retail II": the invoice lines of a gift wholesaler, in both spellings of the columns.

`usual` is the cleaning that papers use: customer known, no cancellation, quantity and price above 0.
`standard` is the cleaning for real use; its rules are DROPPED_STANDARD below, in this order, and cancellations.py.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from recsys.errors import SourceError
from recsys.ingest.sources.cancellations import net_cancellations
from recsys.ingest.sources.format_detection import find_date_format
from recsys.ingest.sources.online_retail_parties import make_customers, make_products, note_repairs
from recsys.ingest.sources.raw_files import Format, RawFile, open_file, open_files
from recsys.ingest.sources.session import ImportSession
from recsys.ingest.sources.staging import problem, refuse_duplicate_keys, refuse_without_rows, stage
from recsys.ingest.sources.value_parsing import Field
from recsys.runtime.did_you_mean import nearest

Cleaning = Literal["standard", "usual"]
SPELLINGS = {
    "order_id": ("InvoiceNo", "Invoice"),
    "code": ("StockCode",),
    "description": ("Description",),
    "quantity": ("Quantity",),
    "moment": ("InvoiceDate",),
    "price": ("UnitPrice", "Price"),
    "customer_id": ("CustomerID", "Customer ID"),
    "country": ("Country",),
}
DROPPED_USUAL = {
    "no customer": "customer_id IS NULL",
    "a cancellation": "is_return",
    "quantity is not above 0": "quantity <= 0",
    "price is not above 0": "price <= 0",
}
# Products have five digits and perhaps letters; POST, DOT, M, D, C2, S, BANK CHARGES, AMAZONFEE, gift_0001_20, PADS,
# CRUK, B and the gift shop's DCGS codes, which no known customer ever bought, have not.
DROPPED_STANDARD = {
    "no customer": "customer_id IS NULL",
    "no product: the code is not five digits, with letters behind them or not": (
        "NOT regexp_full_match(product_id, '[0-9]{5}[A-Z]*')"
    ),
    "price is not above 0": "price <= 0",
    "quantity is not above 0 and it is no cancellation": "NOT is_return AND quantity <= 0",
    "a cancellation whose quantity is not below 0": "is_return AND quantity >= 0",
}
IN_TWO_FILES = "also in an earlier file"
CANCELLED = "cancelled in full by a later cancellation"
NETTED = "a cancellation, set off against the lines that it cancels"


@dataclass(frozen=True)
class OnlineRetail:
    """The files, whose days may overlap, and how to clean them.

    reps         file with the columns customer_id and rep
    date_format  strptime format of a CSV file's dates; detected if empty
    """

    files: tuple[Path, ...]
    reps: Path | None = None
    cleaning: Cleaning = "standard"
    encoding: str = "utf-8"
    date_format: str = ""

    def stage(self, session: ImportSession) -> None:
        """Create the four relations; raises SourceError for a missing file or column."""
        form = Format(encoding=self.encoding, date_format=(self.date_format,) if self.date_format else ())
        raws = [
            raw
            for path in self.files
            for raw in open_files(session.connection, path, form, session.scratch, limits=session.limits)
        ]
        for number, raw in enumerate(raws):
            _stage_lines(session, raw, number)
        if self.reps is not None:
            _stage_reps(session, self.reps)
        with session.progress.step("Cleaning"):
            _mark_overlap(session, len(raws))
            _apply_rules(session, self.cleaning)
            session.run(_ALL_LINES)
            _make_lines(session)
            make_products(session)
            make_customers(session, keep_all=self.cleaning == "standard", reps=self.reps)
            note_repairs(session)


def _stage_lines(session: ImportSession, raw: RawFile, number: int) -> None:
    columns = {name: _spelled(raw, spellings) for name, spellings in SPELLINGS.items()}
    if raw.types[columns["moment"]] == "VARCHAR" and not raw.form.date_format:
        found = find_date_format(session, raw, columns["moment"], "--date-format")
        raw = replace(raw, form=replace(raw.form, date_format=(found,) if found else ()))
    fields = [
        Field("order_id", "text", columns["order_id"], is_whole_id=True),
        Field("code", "text", columns["code"], is_whole_id=True),
        Field("description", "text", columns["description"]),
        Field("quantity", "number", columns["quantity"]),
        Field("moment", "moment", columns["moment"]),
        Field("price", "number", columns["price"]),
        Field("customer_id", "text", columns["customer_id"], is_whole_id=True),
        Field("country", "text", columns["country"]),
    ]
    stage(session, f"lines {number}", raw, fields)
    refuse_without_rows(session, f"lines {number}", raw)


def _spelled(raw: RawFile, spellings: tuple[str, ...]) -> str:
    for spelling in spellings:
        if spelling in raw.types:
            raw.refuse_repeated([spelling])
            return spelling
    wanted, columns = " or ".join(f"'{spelling}'" for spelling in spellings), list(raw.types)
    near = next(filter(None, (nearest(spelling, columns) for spelling in spellings)), "")
    raise SourceError(f"{raw.label} has no column {wanted}{near}; it has {', '.join(columns)}")


def _mark_overlap(session: ImportSession, n_files: int) -> None:
    """Create the view `united` of all files, and the table `repeated` of the lines that overlapping files repeat.

    A line counts as often as in the file that has it most often.
    """
    united = " UNION ALL BY NAME ".join(
        f'SELECT *, {number} AS file_no FROM "lines {number}"'  # noqa: S608 - own names
        for number in range(n_files)
    )
    session.run(f"CREATE VIEW united AS {united}")
    same = "order_id, code, description, quantity, moment, price, customer_id, country"
    # Only days that are in two files can repeat lines; other days are left out, to make the windows smaller.
    session.run(
        f"""
        CREATE TABLE repeated AS
        WITH shared AS (SELECT moment::DATE AS day FROM united GROUP BY day HAVING count(DISTINCT file_no) > 1),
        numbered AS (
            SELECT file_no, row, {same}, row_number() OVER (PARTITION BY file_no, {same} ORDER BY row) AS time
            FROM united SEMI JOIN shared ON moment::DATE = day WHERE problem IS NULL
        )
        SELECT file_no, row FROM numbered QUALIFY row_number() OVER (PARTITION BY {same}, time ORDER BY file_no) > 1
        """  # noqa: S608 - own names
        if n_files > 1
        else "CREATE TABLE repeated (file_no INTEGER, row BIGINT)"
    )


def _apply_rules(session: ImportSession, cleaning: Cleaning) -> None:
    """Create the table `lines` with the rules applied, and `netted` with the units that cancellations left."""
    is_standard = cleaning == "standard"
    rules = DROPPED_STANDARD if is_standard else DROPPED_USUAL
    dropped = " ".join(f"WHEN {condition} THEN {problem('dropped', reason)}" for reason, condition in rules.items())
    empty = " ".join(
        f"WHEN {name} IS NULL THEN {problem('rejected', f'{label} is empty')}"
        for name, label in (("order_id", "the invoice"), ("code", "the stock code"), ("moment", "the date"),
                           ("quantity", "the quantity"), ("price", "the price"))
    )  # fmt: skip
    session.run(
        f"""
        CREATE TABLE lines AS
        SELECT * REPLACE (CASE
            WHEN problem IS NOT NULL THEN problem
            WHEN is_repeated THEN {problem("dropped", IN_TWO_FILES)}
            {empty} {dropped} END AS problem)
        FROM (
            SELECT united.*, {"upper(code)" if is_standard else "code"} AS product_id,
                coalesce(starts_with(order_id, 'C'), false) AS is_return, repeated.row IS NOT NULL AS is_repeated
            FROM united LEFT JOIN repeated USING (file_no, row)
        )
        """  # noqa: S608 - own names and literals
    )
    if is_standard:
        net_cancellations(session)
    else:
        session.run("CREATE TABLE netted (file_no INTEGER, row BIGINT, remaining DOUBLE)")


_ALL_LINES = f"""
    CREATE VIEW all_lines AS
    SELECT * EXCLUDE (problem, line), CASE
            WHEN problem IS NULL AND remaining = 0 AND is_return THEN {problem("dropped", NETTED)}
            WHEN problem IS NULL AND remaining = 0 THEN {problem("dropped", CANCELLED)}
            ELSE problem
        END AS problem,
        coalesce(line, to_json({{'invoice': order_id, 'code': code, 'description': description, 'quantity': quantity,
            'moment': moment, 'price': price, 'customer': customer_id, 'country': country}})::VARCHAR) AS line
    FROM lines LEFT JOIN netted USING (file_no, row)
"""  # noqa: S608 - own names


def _make_lines(session: ImportSession) -> None:
    # Four decimals: prices have at most three, further digits of the product are rounding errors.
    for name, condition in (("order_lines", "NOT is_return"), ("returns", "is_return")):
        session.run(
            f"""
            CREATE VIEW {name} AS
            SELECT order_id, customer_id, product_id, moment::DATE AS ordered_on,
                coalesce(remaining, quantity) AS quantity, round(coalesce(remaining, quantity) * price, 4) AS revenue,
                file, row, line, problem
            FROM all_lines WHERE {condition}
            """  # noqa: S608 - own names
        )


def _stage_reps(session: ImportSession, path: Path) -> None:
    raw = open_file(session.connection, path, Format(), session.scratch, limits=session.limits)
    columns = {name: _spelled(raw, (name,)) for name in ("customer_id", "rep")}
    stage(
        session,
        "reps",
        raw,
        [Field("customer_id", "text", columns["customer_id"], is_whole_id=True), Field("rep", "text", columns["rep"])],
    )
    refuse_without_rows(session, "reps", raw)
    refuse_duplicate_keys(session, "reps", ("customer_id",))
