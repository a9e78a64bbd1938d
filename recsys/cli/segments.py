"""python -m recsys segments: prints a version's segments of customers, with sums that add up to all customers."""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from recsys.cli.console import out
from recsys.cli.plain_text import UNKNOWN, plain_day, plain_number
from recsys.cli.tables import Table
from recsys.cli.versions import Artifacts, OptionalVersionId
from recsys.errors import ArtifactError

if TYPE_CHECKING:
    from recsys.artifacts.open_version import Version
    from recsys.schema.build_report import ClusterReport, SegmentsReport, Stability

Row = Mapping[str, Any]
_HEADS = (
    "Segment", "Rule", "Customers", "Share", "Revenue", "Of it", "Year before", "Orders", "Order days", "Days since",
    "Moved in", "Moved out",
)  # fmt: skip
_SUMS = ("n_customers", "revenue_12m", "revenue_12m_before", "orders_12m", "order_days_12m")


def segments(artifacts: Artifacts, version: OptionalVersionId = None) -> None:
    """Print the segments of customers by RFM and by k-means, how stable they are, and cohorts of first orders."""
    from recsys.artifacts.layout import current_id, none_published
    from recsys.artifacts.open_version import Version
    from recsys.schema.build_report import BuildReport

    known = version or current_id(artifacts)
    if known is None:
        raise ArtifactError(none_published(artifacts))
    opened = Version(artifacts, known)
    if not opened.has("segments"):
        raise ArtifactError(f"{known} is of an earlier release and has no segments; build again")
    report = BuildReport.read(opened.manifest.facts.evaluation).segments
    rows: Sequence[Row] = opened.table("segments").to_pylist()
    out.print(f"{known}: {report.n_customers:,} customers with an order in the 12 months to ", end="")
    out.print(f"{plain_day(opened.manifest.facts.as_of)}, {report.n_without:,} without")
    _print_named(rows, report)
    _print_check(opened, rows)
    _print_clusters(rows, report)
    _print_cohorts(opened.table("cohorts").to_pylist(), report)


def _print_named(rows: Sequence[Row], report: "SegmentsReport") -> None:
    from recsys.schema.segments import RFM_NAMES

    named = {row["segment"]: row for row in rows if row["scheme"] == "rfm"}
    _print_segments("Named segments (RFM)", [named[name] for name in RFM_NAMES])
    for figure, unit in (("recency", "days since the last order"), ("frequency", "order days"), ("monetary", "spent")):
        bounds = getattr(report.bounds, figure)
        shown = ", ".join(plain_number(each) for each in bounds) if bounds else UNKNOWN
        out.print(f"Bounds of {figure}, {unit}: {shown}")
    out.print(f"Learned on {plain_day(report.bounds_on)}.")
    _print_stability(report.same_share, report.n_compared, report, report.bootstrap)


def _print_check(version: "Version", rows: Sequence[Row]) -> None:
    """Print what the customers themselves add up to, beside the sum of their segments."""
    customers = version.table("customers", ["order_days_12m", "revenue_12m"]).to_pylist()
    active = [row["revenue_12m"] for row in customers if row["order_days_12m"]]
    named = [row for row in rows if row["scheme"] == "rfm"]
    n, revenue = (sum(row[name] for row in named) for name in ("n_customers", "revenue_12m"))
    out.print(
        f"In the table customers: {len(active):,} customers, revenue {plain_number(math.fsum(active), 2)}; "
        f"the segments' sums differ by {n - len(active):,} and {plain_number(abs(revenue - math.fsum(active)), 2)}."
    )


def _print_clusters(rows: Sequence[Row], report: "SegmentsReport") -> None:
    clusters: ClusterReport = report.clusters
    if clusters.why_not:
        out.print(f"\nClusters (k-means): none, as {clusters.why_not}")
        return
    found = [row for row in rows if row["scheme"] == "cluster"]
    _print_segments("Clusters (k-means)", found)
    for row in found:
        out.print(f"{row['segment']}: {row['description']}")
    tried = ", ".join(f"{k} clusters {plain_number(value, 3)}" for k, value in clusters.silhouettes.items())
    out.print(f"Mean silhouette: {tried}; taken {clusters.k}.")
    _print_stability(clusters.same_share, clusters.n_compared, report, clusters.bootstrap)


def _print_stability(same: float | None, n: int, report: "SegmentsReport", drawn: "Stability") -> None:
    if report.before and same is not None:
        then = f"{report.before.version} ({plain_day(report.before.as_of)})"
        out.print(f"Since {then} {_percent(same)} of {n:,} customers are in the same.")
    if drawn.share is not None:
        low, high = _percent(drawn.low), _percent(drawn.high)
        out.print(f"Of customers drawn again {_percent(drawn.share)} keep theirs ({low} to {high}, {drawn.n} draws).")


def _print_segments(title: str, rows: Sequence[Row]) -> None:
    sums = {name: sum(row[name] for row in rows) for name in _SUMS}
    cells = [_cells(row, sums) for row in rows]
    cells.append(_cells({"segment": "All", **sums}, sums))
    out.print(f"\n{title}", style="bold")
    shown = [at for at in range(len(_HEADS)) if any(row[at] != "" for row in cells)]
    heads = tuple(_HEADS[at] for at in shown)
    out.table(Table(heads, [tuple(row[at] for at in shown) for row in cells], texts=("Segment", "Rule")))


def _cells(row: Row, sums: Row) -> tuple[str, ...]:
    customers, revenue = (_percent(_part(row[name], sums[name])) for name in ("n_customers", "revenue_12m"))
    return (
        row["segment"],
        row.get("rule") or "",
        f"{row['n_customers']:,}",
        customers,
        plain_number(row["revenue_12m"]),
        revenue,
        plain_number(row["revenue_12m_before"]),
        f"{row['orders_12m']:,}",
        f"{row['order_days_12m']:,}",
        "" if row.get("median_recency_days") is None else plain_number(row["median_recency_days"]),
        *("" if row.get(name) is None else f"{row[name]:,}" for name in ("moved_in", "moved_out")),
    )


def _part(value: float, of: float) -> float | None:
    return value / of if of else None


def _percent(share: float | None) -> str:
    return UNKNOWN if share is None else f"{plain_number(100 * share, 1)} %"


def _print_cohorts(rows: Sequence[Row], report: "SegmentsReport") -> None:
    cohorts = report.cohorts
    out.print("\nBy the quarter of the first order: customers with an order in each quarter since", style="bold")
    by_cohort: dict[str, list[Row]] = {}
    for row in rows:
        by_cohort.setdefault(row["cohort"], []).append(row)
    longest = max(map(len, by_cohort.values()), default=0)
    lines = [
        (name, *(f"{row['n_active']:,}" for row in found), *[""] * (longest - len(found)))
        for name, found in by_cohort.items()
    ]
    if lines:
        out.table(Table(("First order", *map(str, range(longest))), lines, texts=("First order",)))
    since: date | None = cohorts.from_quarter
    out.print(
        f"{cohorts.n_customers:,} customers with a first order since {plain_day(since)}; {cohorts.n_left_out:,} from "
        f"before are left out, as their first order may lie before the data."
    )
