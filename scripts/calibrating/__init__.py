"""Fitting the ranking and the confidence: scripts/calibrate.py."""
