"""Benchmarks: they print what they saw in one run, with ratios where machines differ."""
