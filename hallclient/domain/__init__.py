"""The rules of a hall: plain Python; time comes in as an argument."""
