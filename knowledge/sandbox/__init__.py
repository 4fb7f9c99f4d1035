"""A process of its own for reading documents: a hostile one harms only that process.

`parent.Sandbox` is what the rest of the program uses; `worker` is the other side.
"""
