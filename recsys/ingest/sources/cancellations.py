"""Cancellations netted against the lines that they cancel, in SQL without a loop.

A cancellation takes units from earlier lines of the same customer, product and unit price, the latest line first.
This is a stack: a line pushes its units, a cancellation pops units. `level` is the height of the stack after each row.
A line whose units lie between the heights `floor` and `level` keeps the part below the lowest later level; a
cancellation that finds the stack empty keeps the units it could not pop, which is how much it lowers `short`, the
lowest value of the running sum below zero.

    row            units   running sum   short   level   floor    keeps
    line              10            10       0      10       0       10 -> 7, the lowest later level is 7
    line               5            15       0      15      10        5 -> 0
    cancellation      -8             7       0       7                0
    line               2             9       0       9       7        2 -> 0
    cancellation     -12            -3      -3       0                3
"""

from recsys.ingest.sources.session import ImportSession

_SAME = "customer_id, product_id, price"


def net_cancellations(session: ImportSession) -> None:
    """Create the table `netted` (file_no, row, remaining): the units that remain of each line or cancellation.

    Reads the table `lines` (file_no, row, customer_id, product_id, price, moment, quantity, is_return, problem); only
    rows without a problem count. `netted` has only rows of a customer, product and price with a cancellation.
    """
    session.run(
        f"""
        CREATE TABLE netted AS
        WITH touched AS (SELECT DISTINCT {_SAME} FROM lines WHERE is_return AND problem IS NULL),
        summed AS (
            SELECT file_no, row, {_SAME}, moment, is_return, quantity, sum(quantity) OVER earlier AS total
            FROM lines SEMI JOIN touched USING ({_SAME}) WHERE problem IS NULL
            WINDOW earlier AS (
                PARTITION BY {_SAME} ORDER BY moment, is_return, file_no, row ROWS UNBOUNDED PRECEDING)
        ),
        lowest AS (
            SELECT *, least(min(total) OVER earlier, 0) AS short FROM summed
            WINDOW earlier AS (
                PARTITION BY {_SAME} ORDER BY moment, is_return, file_no, row ROWS UNBOUNDED PRECEDING)
        ),
        stacked AS (
            SELECT *, total - short AS level, coalesce(lag(short) OVER ordered, 0) - short AS not_found,
                min(total - short) OVER (ordered ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS lowest_later
            FROM lowest WINDOW ordered AS (PARTITION BY {_SAME} ORDER BY moment, is_return, file_no, row)
        )
        SELECT file_no, row, CASE
            WHEN is_return THEN not_found
            WHEN lowest_later IS NULL THEN quantity
            ELSE least(quantity, greatest(lowest_later - (level - quantity), 0))
        END AS remaining
        FROM stacked
        """  # noqa: S608 - own names
    )
