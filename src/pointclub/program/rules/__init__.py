"""The program's rules: plain functions of what they are told, without database and without clock."""
