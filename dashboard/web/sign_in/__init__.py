"""The door: a guard in front of every request, and the pages to sign in, to sign out and to look after an account."""
