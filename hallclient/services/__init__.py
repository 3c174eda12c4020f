"""Use cases, and the ports that storage and devices fulfil."""
