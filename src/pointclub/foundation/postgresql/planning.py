"""How the database should go about the statements of an act."""

from pointclub.foundation.postgresql.together import Question

# Lets the rest of the transaction read no table from end to end where an index will do. A connection plans the checks
# of its foreign keys once, when it first needs them. In a club that has just opened the tables are nearly empty,
# reading them whole looks cheapest, and the plan is kept while they grow by thousands of rows a second, each of which
# then costs more than the one before.
LOOK_UP_BY_KEYS: Question[None] = Question("SELECT set_config('enable_seqscan', 'off', true)", (), lambda _: None)
