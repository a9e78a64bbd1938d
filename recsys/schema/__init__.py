"""The tables' contracts: columns, types, units, keys."""
