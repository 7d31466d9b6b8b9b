"""How the database should go about the statements of an act."""

from typing import Any

from pointclub.foundation.postgresql.prepared import Question

# Lets the rest of the transaction read no table from end to end where an index will do. A connection plans the checks
# of its foreign keys once, when it first needs them. In a club that has just opened the tables are nearly empty,
# reading them whole looks cheapest, and the plan is kept while they grow by thousands of rows a second, each of which
# then costs more than the one before.
LOOK_UP_BY_KEYS: Question[Any] = Question("SELECT set_config('enable_seqscan', 'off', true)", ())

# Lets each statement of the transaction keep the plan that it was first given, by keys, whatever its values are.
# PostgreSQL would plan some of them every time: it believes that knowing how long a list is makes the plan better.
PLAN_ONCE: Question[Any] = Question(
    "SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true)", ()
)
