"""The only writer of instances and attempts. Functions that write run inside the writer's transaction.

`held.py`: an instance as a student holds it, `assigned.py`: the one they have of an item, `hints.py`: its
hints. `submissions.py`: attempts on it. `work.py`: what students did, read and counted again.
`replay.py`: stored answers graded again. `regrades.py`: what that would change; `effects.py`: student by
student; `keep.py`: making it so; `regrading.py`: in the background. `flags.py`: what students think is marked wrong.
"""
