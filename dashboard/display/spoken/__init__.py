"""What a rep says to a customer: sentences for the customer's ear, in the language of the locale."""
