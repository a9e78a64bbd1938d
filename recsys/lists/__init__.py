"""What is offered to whom, and why."""
