"""Benchmarks: `make bench` prints paired figures, all from one run."""
