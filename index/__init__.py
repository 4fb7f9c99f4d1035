"""Finding what was said: encoders, indexes, versions and search; never imports `bot`."""
