"""Rules of documents that need no database."""
