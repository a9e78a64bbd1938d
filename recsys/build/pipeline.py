"""Makes a version from clean tables and publishes it; the order of the steps is here alone."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from recsys.array_types import Positions
from recsys.artifacts.integrity import table_path
from recsys.artifacts.manifest import BuildFacts, Manifest, read_manifest
from recsys.artifacts.publish import Build, building
from recsys.build import list_metrics
from recsys.build.segments_before import segments_before
from recsys.build.up_to_date import built_from
from recsys.dataset.baskets import Baskets, fold
from recsys.dataset.clean_tables import CleanTables, fingerprint, open_tables
from recsys.dataset.interactions import Interactions, read_interactions, with_events
from recsys.dataset.outcomes import no_outcomes, read_outcomes
from recsys.dataset.purchases import count_purchases, read_goods, read_purchases
from recsys.dataset.services import mark_services
from recsys.errors import TableError
from recsys.evaluation.alerts import alert_cases, alert_test, why_no_cases
from recsys.evaluation.backtest import backtest
from recsys.evaluation.catalogue import catalogue
from recsys.evaluation.engagement import events_test
from recsys.evaluation.list_figures import LIST_COLUMNS, list_figures
from recsys.evaluation.new_lines import new_line_test
from recsys.lists.forward_test import learn_lists
from recsys.lists.forward_window import segment_codes
from recsys.lists.inputs import BestSellers, ListInputs
from recsys.lists.recommendations import Lists, final_lists, recommendations
from recsys.lists.selection import list_candidates
from recsys.lists.variety import product_groups
from recsys.models.attributes import read_attributes
from recsys.models.popular import FittedPopular
from recsys.models.ranker.ranker import TrainingData
from recsys.models.registry import bundles, popular, ranker
from recsys.models.rhythm import stopping_reliability
from recsys.models.substitutes import Kinds
from recsys.options import BuildOptions
from recsys.outputs.alert_cases import alert_customers, alert_pairs
from recsys.outputs.audience import buyer_slices, product_segment_slices, prospect_slices
from recsys.outputs.bundles import bundle_rows
from recsys.outputs.cohorts import cohort_rows
from recsys.outputs.customers import customers_table
from recsys.outputs.entities import basket_line_slices, customer_facts, product_facts, purchase_slices
from recsys.outputs.monthly import customer_month_slices, product_month_slices, returned_slices
from recsys.outputs.profile_fits import profile_fit_slices
from recsys.outputs.segments import Learning, segment_customers
from recsys.outputs.similarity import popular_rows, similar_customers, similar_products
from recsys.runtime.parallel import blocks, parallel_map
from recsys.runtime.progress import Advance, Progress
from recsys.schema.build_report import AlertTest, BuildReport, EvaluationReport, EventsTest
from recsys.schema.bundle_groups import members_key
from recsys.schema.clean import EVENTS
from recsys.schema.published import LISTS


@dataclass(frozen=True)
class Built:
    """A published version's manifest, and the seconds of every step by title, publishing included."""

    manifest: Manifest
    seconds: dict[str, float]


@dataclass(frozen=True)
class Steps:
    """Shows the progress of each step and records its seconds by title."""

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, title: str, total: float | None = None) -> Iterator[Advance]:
        """Show and time one step while its block runs."""
        start = time.perf_counter()
        with self.progress.step(title, total) as advance:
            yield advance
        self.seconds[title] = round(time.perf_counter() - start, 3)


def build(
    data: Path,
    artifacts: Path,
    options: BuildOptions,
    progress: Progress,
    *,
    outcomes: Path | None = None,
    keep: int = 5,
    world_readable: bool = False,
) -> Built:
    """Build one version from a folder of clean tables and publish it into a folder of artifacts.

    outcomes              table of outcomes; what it dismisses for good is in no list, and what came of pitches changes
                          the chances of what was not ordered
    keep, world_readable  see artifacts.publish.building

    The same tables and options give the same published tables, whatever the order of the lines.
    Raises TableError for tables that break their schema, change while they are read or have no order up to
    options.as_of; BusyError if another build runs; ArtifactError if the folder cannot be written.
    """
    steps = Steps(progress)
    with steps("Checking the clean tables"):
        tables = open_tables(data)
    with building(artifacts, keep=keep, world_readable=world_readable) as made:
        facts = _write_all(made, tables, options, steps, outcomes)
        with steps("Publishing"):
            version = made.publish(facts)
    return Built(read_manifest(artifacts / version), steps.seconds)


def _write_all(
    made: Build, tables: CleanTables, options: BuildOptions, steps: Steps, outcomes: Path | None
) -> BuildFacts:
    with ExitStack() as stack:
        with steps("Folding order lines into baskets"):
            baskets = stack.enter_context(fold(tables, options.as_of))
            count_purchases(baskets)
            mark_services(baskets)
            if fingerprint(tables.folder) != tables.fingerprint:
                raise TableError(f"{tables.folder} changed while it was read; build again")
        customers, products = customer_facts(baskets), product_facts(baskets)
        with steps("Finding segments of customers"):
            segmented = segment_customers(
                customers, segments_before(made.root, baskets.as_of), _learning(baskets, options)
            )
            facts = EntityFacts(segmented.customers, products)
            made.write("segments", segmented.segments)
            cohorts, of_cohorts = cohort_rows(baskets)
            made.write("cohorts", cohorts)
            segments = segmented.report.model_copy(update={"cohorts": of_cohorts})
        fitted = _fit_models(baskets, facts, options, steps, outcomes)
        inputs = fitted.inputs
        with steps("Writing facts"):
            made.write("basket_lines", basket_line_slices(baskets))
            made.write("purchases", purchase_slices(baskets))
            made.write("products", products)
            made.write("customer_months", customer_month_slices(baskets))
            made.write("product_months", product_month_slices(baskets))
            made.write("product_segments", product_segment_slices(baskets))
            made.write("buyers", buyer_slices(baskets))
            made.write("returned", returned_slices(baskets))
        active = active_rows(customers)
        active = active[~inputs.outcomes.dismissed.accounts[active]]
        _write_models(made, inputs, active, products, steps)
        written = _write_lists(made, inputs, active, steps)
        with steps("Writing customers"):
            made.write("customers", customers_table(facts.customers, inputs, written.lists))
        with steps("Evaluating"):
            model = ranker(options)
            tested = backtest(
                inputs.interactions,
                model,
                fitted.training,
                steps.progress,
                options=options,
                products=catalogue(products),
                before=inputs.learned.before,
                seed=model.seed,
            )
            n_buyers = np.diff(inputs.interactions.bought.tocsc().indptr)
            published = pq.read_table(table_path(made.folder, "recommendations"), columns=list(LIST_COLUMNS))
            of_lists = list_figures(published, n_buyers, inputs.interactions.product_ids)
            more = {
                "lists": of_lists,
                "alerts": _alerts(made, inputs.interactions, model.seed),
                "stopping": stopping_reliability(inputs.interactions),
                "segments": segments,
                **({"events": fitted.events} if fitted.events else {}),
            }
        with steps("Testing whom new products fit"):
            made.write("profile_fits", profile_fit_slices(inputs, active))
            categories = inputs.attributes.codes["category"]
            more["new_lines"] = new_line_test(inputs.interactions, categories, model.seed)
        report = _report(inputs, written, tested).model_copy(update=more)
        with steps("Turning the lists round"):
            made.write("prospects", prospect_slices(baskets, table_path(made.folder, "recommendations")))
    return BuildFacts(
        as_of=baskets.as_of,
        first_order_on=baskets.first_order_on,
        last_order_on=baskets.last_order_on,
        fingerprint=built_from(tables.fingerprint, outcomes),
        source_rows=tables.rows,
        options=options.as_facts(),
        seed=ranker(
            options
        ).seed,  # of whom the ranker learns from, of whose cases are published and of clusters; nothing else is random
        seconds=dict(steps.seconds),
        evaluation=report.as_json(),
    )


@dataclass(frozen=True)
class WrittenLists:
    """The lists of n customers, and by kind of list how many products were held back as unsellable."""

    lists: Lists
    n: int
    held_back: dict[str, int]


@dataclass(frozen=True)
class EntityFacts:
    """The facts of customers, with their segments, and of products."""

    customers: pa.Table
    products: pa.Table

    def bundle_groups(self) -> dict[str, list[str | None]]:
        """Return the names by which bundles are mined apart, by group: of each customer in their order."""
        columns = {"segment": "segment", "region": "region", "rfm": "rfm_segment"}
        return {group: self.customers[column].to_pylist() for group, column in columns.items()}


@dataclass(frozen=True)
class FittedModels:
    """The inputs of the lists, what the ranker learned from, and whether opens and clicks pay; None without events."""

    inputs: ListInputs
    training: TrainingData
    events: EventsTest | None


def _read_interactions(baskets: Baskets, options: BuildOptions) -> Interactions:
    interactions = read_interactions(baskets)
    return interactions if options.events == "never" else with_events(interactions, baskets.tables.path(EVENTS.name))


def _fit_models(
    baskets: Baskets, facts: EntityFacts, options: BuildOptions, steps: Steps, outcomes: Path | None
) -> FittedModels:
    """Return the inputs of the lists, and what the ranker learned from."""
    customers, products = facts.customers, facts.products
    with steps("Reading baskets"):
        interactions = _read_interactions(baskets, options)
        purchases, goods = read_purchases(baskets), read_goods(baskets, products)
        recorded = read_outcomes(outcomes, interactions) if outcomes else no_outcomes(interactions)
    model = ranker(options)
    with steps("Learning from the last four weeks"):
        training_data = model.training_data(interactions)
        weights = model.weights(training_data)
    before = tested = None
    if interactions.events:
        with steps("Testing whether opens and clicks pay"):
            before = model.training_data(training_data.held_out.history)
            tested = events_test(interactions, model, training_data, before, options.events)
            if not tested.used:
                interactions = replace(interactions, events=None)
                training_data, before = model.without_events(training_data), model.without_events(before)
                weights = model.weights(training_data)
    with steps("Testing the lists on the weeks before"):
        groups = product_groups(products["name"].to_pylist(), products["category"].to_pylist())
        segments = segment_codes(interactions.segments)
        learned = learn_lists(model, training_data, groups, segments, options, recorded.pitches, before)
    with steps("Finding similar customers and products"):
        fitted_ranker = model.applied_to(model.signals(interactions), weights)
    with steps("Finding bundles"):
        fitted_bundles = bundles(options).fit(
            interactions, facts.bundle_groups(), Kinds(groups.categories, interactions.words)
        )
    with steps("Counting best sellers"):
        best_sellers = _best_sellers(interactions, customers, options)
    inputs = ListInputs(
        interactions=interactions,
        purchases=purchases,
        goods=goods,
        ranker=fitted_ranker,
        learned=learned,
        groups=groups,
        bundles=fitted_bundles,
        best_sellers=best_sellers,
        attributes=read_attributes(products),
        options=options,
        outcomes=recorded,
    )
    return FittedModels(inputs, training_data, tested)


def _best_sellers(interactions: Interactions, customers: pa.Table, options: BuildOptions) -> BestSellers:
    """Return best sellers by segment, and by segment and region for customers who have both."""
    regions = tuple(customers["region"].to_pylist())
    both = zip(interactions.segments, regions, strict=True)
    names = tuple(f"{segment}\n{region}" if segment and region else None for segment, region in both)
    local: FittedPopular = popular(options).fit(replace(interactions, segments=names))
    return BestSellers(popular(options).fit(interactions), local, regions)


def _alerts(made: Build, interactions: Interactions, seed: int) -> AlertTest:
    """Write what any rule can be back-tested on, and return the back-test of the usual rules."""
    cases = alert_cases(interactions)
    pairs, customers = alert_pairs(cases, seed), alert_customers(cases, seed)
    made.write("alert_pairs", pairs.rows)
    made.write("alert_customers", customers.rows)
    tested = AlertTest(why_not=why_no_cases(interactions)) if cases is None else alert_test(cases)
    return tested.model_copy(update={"pairs": pairs.sample, "customers": customers.sample})


def _learning(baskets: Baskets, options: BuildOptions) -> Learning:
    return Learning(baskets.as_of, options.bounds_days, ranker(options).seed)


def _report(inputs: ListInputs, written: WrittenLists, tested: EvaluationReport) -> BuildReport:
    lists = written.lists
    return BuildReport(
        held_back=written.held_back,
        not_sellable=int((~inputs.goods.sellable & ~inputs.goods.service).sum()),
        out_of_season=int((inputs.goods.sellable & inputs.out_of_season).sum()),
        services=int(inputs.goods.service.sum()),
        bundle_baskets={members_key(*each): n for each, n in inputs.bundles.min_baskets.items()},
        group_baskets={members_key(*each): n for each, n in inputs.bundles.group_baskets.items()},
        calibration=list_metrics.calibration(inputs),
        breadth=list_metrics.exposure(inputs, lists, written.n),
        floors=list_metrics.floors(inputs, lists),
        feature_shares=list_metrics.feature_shares(lists),
        seasonal=list_metrics.seasonal(inputs, lists),
        evaluation=tested,
        answers=inputs.learned.answers.report,
    )


def _write_models(made: Build, inputs: ListInputs, active: Positions, products: pa.Table, steps: Steps) -> None:
    with steps("Writing similar customers and products"):
        made.write("similar_customers", similar_customers(inputs))
        made.write("similar_products", similar_products(inputs))
    with steps("Writing bundles and best sellers"):
        costs = np.array(products["cost"].to_pylist(), dtype=float)  # NaN where unknown
        made.write("bundles", bundle_rows(inputs, active, costs))
        made.write("popular", popular_rows(inputs.popular, inputs.interactions.product_ids))


def _write_lists(made: Build, inputs: ListInputs, rows: Positions, steps: Steps) -> WrittenLists:
    """Make every customer's lists, write them block by block, and return them."""
    parts = list(blocks(len(rows), inputs.options.block_customers))
    with steps("Making the lists", total=len(rows)) as advance:
        candidates = []
        for part, one in zip(parts, parallel_map(lambda part: list_candidates(inputs, rows[part]), parts), strict=True):
            candidates.append(one)
            advance(len(part))
    with steps("Giving the lists some breadth"):
        lists = final_lists(inputs, candidates, len(rows))
    with steps("Telling why", total=len(rows)) as advance:

        def tables() -> Iterator[pa.Table]:
            blocks_of_rows = parallel_map(lambda part: recommendations(inputs, lists.of(rows[part])), parts)
            for part, table in zip(parts, blocks_of_rows, strict=True):
                yield table
                advance(len(part))

        made.write("recommendations", tables())
    return WrittenLists(lists, len(rows), {name: sum(each.held_back[name] for each in candidates) for name in LISTS})


def active_rows(customers: pa.Table) -> Positions:
    """Return the rows of the customers who get lists: their status is active or unknown."""
    active = [status in (None, "active") for status in customers["status"].to_pylist()]
    return np.flatnonzero(active).astype(np.int32)
