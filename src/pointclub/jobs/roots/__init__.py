"""The daily roots of the books: files outside the database, by which it can be held to what it said."""
