"""The arithmetic of the operators, once in each way to compute it; see README.md here."""
