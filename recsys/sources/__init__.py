"""Formats of raw data: one file each, named here as the import command names them."""

from recsys.sources.online_retail import OnlineRetail
from recsys.sources.tables import OwnTables
from recsys.sources.wholesale_orders import WholesaleOrders
from recsys.sources.workbench import Source

__all__ = ["SOURCES", "OnlineRetail", "OwnTables", "Source", "WholesaleOrders"]

SOURCES: dict[str, type[Source]] = {
    "online-retail": OnlineRetail,
    "wholesale-orders": WholesaleOrders,
    "tables": OwnTables,
}
