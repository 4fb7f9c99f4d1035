"""The Telegram channel: what arrives, who may do what, and sending each reply exactly once."""
