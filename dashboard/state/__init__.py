"""The state folder: what the app itself keeps, and its backup."""
