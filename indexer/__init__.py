"""Reads sources into the database and publishes generations. It alone writes content."""
