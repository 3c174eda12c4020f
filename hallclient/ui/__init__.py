"""What the roles share: theme, fonts, words, work off the UI thread, widgets."""
