"""Django's PostgreSQL backend, but with foreign keys that are checked at once.

On a distributed database a violation deferred to the commit can look like success, so no key here is deferrable.
"""
