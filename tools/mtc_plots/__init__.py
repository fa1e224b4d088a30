"""The figures that tools/plot and tools/scaling draw: one module a family, each function returns a matplotlib Figure."""
