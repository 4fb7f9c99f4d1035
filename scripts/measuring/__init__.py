"""The quality of the product on questions whose answers are known."""
