"""The only writer of instances and attempts. Functions that write run inside the writer's transaction.

`held.py`: an instance as a student holds it, `assigned.py`: the one they have of an item, `hints.py`: its
hints. `submissions.py`: attempts on it.
"""
