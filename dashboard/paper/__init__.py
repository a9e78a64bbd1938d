"""What is printed: a customer's call sheet and the calls of a day, as data, and how they are drawn as PDF."""
