"""How good the lists are: orders held out in time, figures per customer, and what can be said from them."""
