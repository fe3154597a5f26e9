"""How Python looks for garbage in a process that answers people: rarely, and not in what stays.

A full search goes through every object there is, in the event loop's thread: 57 to 79 ms for what is loaded at start
(185,000 objects; measured, Python 3.11), during which nobody is answered. And storing releases makes so many objects
that live for a batch that searching them took 10 % of the time.
"""

import gc

YOUNG, OLDER, OLDEST = 20_000, 5, 5
"""Objects by which the youngest grow between two searches (Python's own: 700), and how many such searches lead to one
of the next older (Python's own: 10). So everything is searched once in half a million objects, some 50 MB. What is in
no cycle, nearly everything, is freed at once by its count as ever."""


def search_rarely() -> None:
    """Take all that is loaded now out of every later search, and make them rare; once, when a process has started."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, OLDEST)
