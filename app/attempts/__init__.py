"""The only writer of instances and attempts. Functions that write run inside the writer's transaction.

`held.py`: an instance as a student holds it. `submissions.py`: attempts on it.
"""
