"""How others use Repertoire's API: a client to copy, and a shop that is served with it."""
