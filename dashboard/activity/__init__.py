"""What people do: accounts, sessions, the audit trail; kept in one database."""
