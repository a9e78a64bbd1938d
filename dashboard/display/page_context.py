"""What a page is put together from: one viewer's questions to one version, and how answers are written."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dashboard.access.viewer import Viewer
from dashboard.data.bundle_queries import BundleQueries
from dashboard.data.customer_queries import CustomerQueries
from dashboard.data.desk import Beside, Desk, held_from
from dashboard.data.product_queries import ProductQueries
from dashboard.data.raised import Since, raised
from dashboard.data.segment_queries import SegmentQueries
from dashboard.data.snapshot import Snapshot
from dashboard.data.stock_now import StockNow
from dashboard.data.version_queries import VersionQueries
from dashboard.display.formats import Formats, PageFormatter
from dashboard.display.spoken.sentences import Speech
from dashboard.display.urls import Links
from dashboard.records.customers import Customer
from dashboard.records.raised import Raised


@dataclass(frozen=True)
class PageContext:
    """Lives as long as one request."""

    snapshot: Snapshot
    formats: Formats
    links: Links
    desk: Desk

    @cached_property
    def customers(self) -> CustomerQueries:
        return CustomerQueries(self.snapshot)

    def raised(self, customer: Customer) -> Raised:
        """Return what to raise with a customer: due, lost and new; nothing with a blocked or closed one."""
        return self.raised_beside(customer, self.desk.beside([customer.customer_id], self.as_of))

    def raised_beside(self, customer: Customer, beside: Beside) -> Raised:
        """Return what to raise with a customer, beside what was read of several at once."""
        if not customer.is_pitched_to:
            return Raised()
        rows = self.customers.recommendations(customer.customer_id)
        since = Since.of(customer.customer_id, beside, self.stock.away)
        return raised(customer, rows, self.desk.rule, since, as_of=self.as_of, today=self.desk.today)

    @cached_property
    def stock(self) -> StockNow:
        """Return which products are otherwise now than in the version."""
        return self.desk.stock_of(self.snapshot)

    def held_from(self, product_id: str) -> frozenset[str]:
        """Return from which of the viewer's customers' lists outcomes keep a product out."""
        return held_from(self.desk, product_id, self.as_of, self.snapshot.visible)

    @cached_property
    def products(self) -> ProductQueries:
        return ProductQueries(self.snapshot, self.stock)

    @cached_property
    def bundles(self) -> BundleQueries:
        return BundleQueries(self.snapshot)

    @cached_property
    def segments(self) -> SegmentQueries:
        return SegmentQueries(self.snapshot)

    @cached_property
    def version(self) -> VersionQueries:
        return VersionQueries(self.snapshot)

    @cached_property
    def speech(self) -> Speech:
        """Return what puts a line or a product into a sentence for the customer's ear."""
        return Speech(self.formats, self.products.get)

    @property
    def viewer(self) -> Viewer:
        return self.snapshot.viewer

    @property
    def as_of(self) -> date:
        """Return the day that the version's gaps and windows count from."""
        return self.version.as_of

    def shows_rep(self, customers: Iterable[Customer]) -> bool:
        """Return whether customers have reps to tell apart: to a rep all are their own."""
        return self.viewer.role == "all" and any(customer.rep for customer in customers)

    def reason_formatter(self, *, names_customers: bool = True) -> PageFormatter:
        """Return what writes a reason's names, numbers and days for the viewer.

        names_customers     False: no customer is named, as paper is left on tables
        """
        name = self.customers.name if names_customers else _nobody
        return PageFormatter(self.formats, self.as_of, name, self.products.name)


def _nobody(_customer_id: str) -> None:
    """Return no name."""
