"""Deciding and speaking: the service, its channels and the command line."""

VERSION = "0.1.0"
"""The program's version, written into every index version that it builds."""
