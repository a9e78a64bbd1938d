"""How the page is drawn. No repository."""
