"""Courses: who is in them, and what they are asked to do.

`course.py`: courses, and a copy of one. `roster.py`: enrolments. `assignments.py`: assignments and
their items. `exceptions.py`: what holds for one student only. `audit.py`: what staff did.
`contexts.py`: a learning platform's courses. `fetched.py`: their rosters.
"""
