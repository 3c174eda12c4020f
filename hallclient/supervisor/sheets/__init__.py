"""What opens behind a verb: a card over the right column, while the floor stays in sight."""
