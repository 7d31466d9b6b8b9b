"""The database as an operator sees it: which one, under which role, with which rights, on how many machines."""
