"""The painted parts of the console, one idea a module."""
