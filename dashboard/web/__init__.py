"""What is around every request: security, log, health, static files."""
