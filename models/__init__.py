"""What the indexer and the finder must agree on: data, language, the index format and masked search over it."""
