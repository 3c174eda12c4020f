"""A hall played with: real processes, emulated devices, visitors and clerks of their own mind."""
