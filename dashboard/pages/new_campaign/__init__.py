"""A campaign before it is saved: whom it would be for, who is left out, and how it is drawn."""
