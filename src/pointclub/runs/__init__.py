"""Work in the background: asked for, under way, finished, with its figures and what it found."""
