"""Energy contracts, as the billing system tells of them."""
