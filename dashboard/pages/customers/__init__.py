"""The list of all customers whom the viewer sees."""
