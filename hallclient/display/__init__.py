"""The call display."""
