"""A utility's points club and energy portal; `docs/architecture.md` says which package does what."""
