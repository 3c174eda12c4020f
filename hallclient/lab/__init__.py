"""Demo, replay and benchmarks: the product played with and measured."""
