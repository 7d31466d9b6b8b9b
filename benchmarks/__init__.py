"""`make bench`: how fast it is, beside yardsticks taken in turn on the same machine. See docs/benchmarks.md."""
