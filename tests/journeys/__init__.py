"""Ways through the site as people take them, in a real browser."""
