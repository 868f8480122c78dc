"""What is kept about people, for how long, and how it survives.

`export.py`: everything about one person, as a file. `erasure.py`: a person is forgotten, statistics
stay. `tombstones.py`: who was, so that no backup brings them back. `purge.py`: what has had its time.
`backup.py`: the whole database, to another place and back. With `attempts` this is the only room that
deletes work of students.
"""
