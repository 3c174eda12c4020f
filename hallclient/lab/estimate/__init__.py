"""Measures the wait estimator of the halls on recorded snapshots of queues; see docs/wait-estimates.md."""
