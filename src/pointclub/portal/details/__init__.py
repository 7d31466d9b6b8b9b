"""My details: all that is registered of somebody, and changing it in place (MEM-7)."""
