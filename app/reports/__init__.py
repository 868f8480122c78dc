"""What staff see of a course: read, never written.

`tables.py`: points by student. `files.py`: the same as spreadsheets and gradebooks. `attempts.py`: every
attempt. `statistics.py`: how items do.
"""
