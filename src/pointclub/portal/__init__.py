"""The member's site, in Japanese and English: sign-in and *my page*."""
