"""The staff's site, in Japanese and English, behind a password and a second factor."""
