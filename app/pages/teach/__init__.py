"""Pages for those who teach. `course_of` and `assignment_of` find what an address names, for staff only.

`courses.py`: make, change, copy. `people.py`: rosters and members. `assignments.py`: items and dates.
`exceptions.py`: extensions. `reports.py`: points. `students.py`: one student's attempts. `flags.py`: doubts.
`audit.py`: who did what. `statistics.py`: how items do. `live.py`: during a session. `regrades.py`: grading again.
"""
