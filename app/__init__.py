"""Nabla: exercises on the mathematics behind deep learning that grade themselves.

A submission passes a door (`api`), then `attempts`, and there meets the pure grader and the writer:

    what people read and type     markup     Markdown and LaTeX to HTML and MathML
                                  answers    texts and JSON to numbers and shapes, and back to LaTeX
    exercises                     exercise   the words a file is written in; families, instances, loading
                                  grading    one answer to one verdict, a pure function
                                  checking   what `nabla check` proves
    storage                       settings   the NABLA_… environment variables
                                  db         engines, pragmas, migrations
                                  models     the tables
                                  writer     the one door to the disk
    requests                      problems   what can go wrong, as RFC 9457
                                  bodies     strict JSON
                                  auth       who is asking
                                  replies    idempotency keys
                                  attempts   draw, submit, hint, close, flag
                                  asking     who asks, and the way to exercises and database
                                  api        the HTTP door
                                  pages      the pages
    the program                   web        the doors put together
                                  serving    a socket, a lock, a signal
                                  cli        the `nabla` command

`tests/test_architecture.py` says which room may import from which.
"""
