"""Django's admin in the office's clothes, for catalogues and nothing else (decision 22)."""
