"""What `scripts/bench.py` is made of: records, systems, measuring, reporting."""
