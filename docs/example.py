"""Clean tables to one customer's list: python -m docs.example DATA ARTIFACTS CUSTOMER"""

import sys
from pathlib import Path

import recsys

data, artifacts, customer = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
tables = recsys.open_tables(data)
print(f"{tables.rows['order_lines']:,} order lines of {tables.rows['customers']:,} customers")
recsys.build_version(data, artifacts, recsys.BuildOptions(), recsys.Silent())
version = recsys.open_version(artifacts)
for row in recsys.customer_list(version, customer, "usual"):
    print(row.rank, row.product, row.quantity, row.reason)
