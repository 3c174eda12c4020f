"""The agent: its parts alone, with small processes of their own."""
