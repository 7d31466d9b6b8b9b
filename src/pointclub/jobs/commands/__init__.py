"""The commands, one module each; `jobs.cli` holds their table."""
