"""Pages for those who teach.

`courses.py`: make, change, copy. `people.py`: rosters and members. `assignments.py`: items and dates, of a `draft.py`
that is made from `choices.py`. `exceptions.py`: extensions. `clock.py`: dates as they are typed, `typed.py`: other
fields. `making.py`: forms that make something, once. `lms.py`: the learning platform of a course.

`reports.py`: points. `students.py`: one student's attempts. `flags.py`: doubts. `audit.py`: who did what.
`statistics.py`: how items do. `live.py`: during a session. `regrades.py`: grading again.
"""
