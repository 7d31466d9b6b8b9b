"""Rules of the audit log that need no database."""
