"""A digest for each rep, once a day: what is new, whom to call, what was promised; by email or as files. No Dash."""
