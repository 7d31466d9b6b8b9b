"""How the database should go about the statements of an act."""

from django.db import connection


def look_up_by_keys() -> None:
    """Let the rest of the transaction read no table from end to end where an index will do.

    A connection plans the checks of its foreign keys once, when it first needs them. In a club that has just opened the
    tables are nearly empty, reading them whole looks cheapest, and the plan is kept while they grow by thousands of
    rows a second, each of which then costs more than the one before.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
