"""The agents that a recording passes: known here without importing them, which takes seconds."""

STAGES = ("transcriber", "diarist", "daily")
"""In the order of the stream."""
