"""Documents that people accept: their versions, and who accepted which."""
