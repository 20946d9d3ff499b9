"""Answers questions from the database and the newest generation. It reads content and never writes it."""
