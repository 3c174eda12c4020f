"""What keeps a PC of the hall alive without a screen: roles, shared lines, the hall's chores."""
