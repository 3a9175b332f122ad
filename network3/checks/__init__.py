"""Validate values given by the user; each check raises an error that explains."""
