"""Days of made-up and of drawn citizens, played by ``services.whatif``."""
