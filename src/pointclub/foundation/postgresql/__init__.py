"""Django's PostgreSQL backend, but with foreign keys that are checked at once; and other ways to the same server.

On a distributed database a violation deferred to the commit can look like success, so no key here is deferrable.

Acts that happen many times a second do not go by Django's cursors: `prepared` is what they call, `wire` how several
statements go out together, `copying` and `arrays` how many rows do. `planning` says how the server goes about them, and
`snapshots` what a long question sees.
"""
