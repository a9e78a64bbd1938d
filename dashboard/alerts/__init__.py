"""What changed with customers and products and asks for somebody: rules, what they find, how often they are right."""
