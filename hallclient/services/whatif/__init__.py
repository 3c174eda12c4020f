"""What if: a day of a hall played again in seconds, as it was or with other windows and rules."""
