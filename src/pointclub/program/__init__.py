"""The program's versions by date, and when it is suspended."""
