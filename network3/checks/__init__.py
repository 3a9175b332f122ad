"""What values given by a user must be; each check raises an error that explains."""
