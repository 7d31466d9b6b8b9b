"""A year of real grocery baskets as a points club: files of purchases, and the year lived through with them."""
