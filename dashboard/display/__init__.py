"""Data to text: numbers, dates, sentences, tables, CSV, addresses. No Dash."""
