"""Tools that tests and contributors share."""
