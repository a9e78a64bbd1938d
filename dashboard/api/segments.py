"""GET segments/{name}/customers: who is in a named segment of RFM, page by page."""

from flask import Response
from flask_openapi3.blueprint import APIBlueprint

from dashboard.api.answers import answered, kept_for_all, versioned
from dashboard.api.models import PageQuery, SegmentCustomers, SegmentPath
from dashboard.api.problems import problem
from dashboard.display.page_context import PageContext
from recsys.schema.segments import RFM_NAMES


def register(api: APIBlueprint) -> None:
    """Add the resource."""

    @api.get("/segments/<name>/customers", responses={200: SegmentCustomers})
    @answered
    @kept_for_all
    def customers(context: PageContext, path: SegmentPath, query: PageQuery) -> Response:
        """Customers of a named segment

        Numbers alone, no names: most spent in the year before first, as on the page of segments.
        """
        if path.name not in RFM_NAMES:
            return problem(404, f"There is no segment {path.name!r}; there are {', '.join(RFM_NAMES)}.")
        end = query.after + query.limit
        total = context.segments.count("rfm", path.name)
        found = context.segments.customers("rfm", path.name, most=end)[query.after :]
        items = [
            {
                "customer_id": one.customer_id,
                "segment": one.segment,
                "region": one.region,
                "last_order_on": one.last_order_on,
                "orders_12m": one.orders_12m,
            }
            for one in found
        ]
        return versioned(context, name=path.name, total=total, next=end if end < total else None, items=items)
