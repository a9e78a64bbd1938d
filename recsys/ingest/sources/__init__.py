"""Formats of raw data: one file each, named here as the import command names them."""

from recsys.ingest.sources.online_retail import OnlineRetail
from recsys.ingest.sources.own_tables import OwnTables
from recsys.ingest.sources.session import Source
from recsys.ingest.sources.wholesale_orders import WholesaleOrders

__all__ = ["SOURCES", "OnlineRetail", "OwnTables", "Source", "WholesaleOrders"]

SOURCES: dict[str, type[Source]] = {
    "online-retail": OnlineRetail,
    "wholesale-orders": WholesaleOrders,
    "tables": OwnTables,
}
