"""Lists of people's data that leave the system: asked for, decided on, marked, and gone after their day."""
