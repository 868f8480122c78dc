"""What is kept about people, for how long, and how it survives. The only room that deletes work of students.

`belongings.py`: what is kept about one person, and who may have it. `export.py`: that as a file.
`erasure.py`: a person is forgotten, statistics stay. `tombstones.py`: who was, so that no backup
brings them back. `purge.py`: what has had its time. `backup.py`: the whole database, to another
place and back.
"""
