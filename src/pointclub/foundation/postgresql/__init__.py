"""Django's PostgreSQL backend, with foreign keys that are checked at once and a faster way for statements of ours.

On a distributed database a violation deferred to the commit can look like success, so no key here is deferrable
(`base`). What must be fast is planned once and goes to the server together (`wire`, by `prepared`).
"""
