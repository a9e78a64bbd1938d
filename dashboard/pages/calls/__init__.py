"""The call list: whom to call today, and why."""
