"""The window clerk's terminal."""
