"""Measures the wait estimator on recorded snapshots of queues; see docs/wait-estimates.md."""
