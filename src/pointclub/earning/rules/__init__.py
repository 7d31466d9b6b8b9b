"""How prices and bills become points: plain functions, by Decimal and one floor."""
