"""The people: accounts, roles, whose customers are theirs."""
