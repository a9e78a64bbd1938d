"""The names of the roles, as accounts and settings have them; `ROLES` of identity.py is all of them."""

REP = "rep"
SUPPORT = "support"
MARKETER = "marketer"
DIRECTOR = "director"
PROCUREMENT = "procurement"
DATA = "data"
ADMIN = "admin"
