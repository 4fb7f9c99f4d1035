"""How values are spoken: text for a terminal, JSON for programs; nothing here decides."""
