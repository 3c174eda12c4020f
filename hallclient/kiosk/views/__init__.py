"""What each page shows, as frozen dataclasses in words of the present language."""
