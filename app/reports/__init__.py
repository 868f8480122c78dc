"""What staff see of a course: read, never written.

`tables.py`: points by student. `files.py`: the same as spreadsheets and gradebooks. `attempts.py`: every
attempt. `statistics.py`: how items do. `progress.py`: how a class comes along, and which misconceptions fade.
`live.py`: who works now, and where they are stuck.
"""
