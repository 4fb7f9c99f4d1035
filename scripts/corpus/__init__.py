"""What `scripts/build_corpus.py` is made of: readers of two checkouts, and the cleaning."""
