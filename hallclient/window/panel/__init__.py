"""The clerk's full panel: the bar's work with room for all around it (visual.md, Clerk panel)."""
