"""The person who signs in, and the only place that knows how personal data is kept."""
