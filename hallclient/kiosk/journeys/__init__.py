"""What a citizen can do at a kiosk besides taking a number: one module a journey."""
