"""Looking at what is registered of oneself, and changing it."""
