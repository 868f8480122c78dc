"""Nabla: exercises on the mathematics behind deep learning that grade themselves.

A submission passes a door (`api`), then `attempts`, and there meets the pure grader and the writer:

    what people read and type     markup     Markdown and LaTeX to HTML and MathML
                                  figures    graphs, boxes and charts as inline SVG
                                  answers    what people type and paste to numbers and shapes, and those to LaTeX
                                  formula    formulas: read, their shapes, whether they are equal
    exercises                     exercise   the words a file is written in; families, instances, loading
                                  grading    one answer to one verdict, a pure function
                                  patterns   what wrong answers look like beside the right one
                                  deadline   a time limit on what their files do
                                  checking   what `nabla check` proves
                                  proof      the table of it, docs/proof.md
    files                         gradebooks spreadsheets, and what Canvas and Moodle read
    storage                       settings   the NABLA_… environment variables
                                  db         engines, pragmas, migrations
                                  models     the tables
                                  writer     the one door to the disk
    requests                      problems   what can go wrong, as RFC 9457
                                  limits     how long, how many, how much staff may send
                                  bodies     strict JSON
                                  auth       who is asking, and what they may reach
                                  replies    idempotency keys
                                  dates      open, due, late, closed
                                  platforms  learning platforms: who they are, keys, calls to their services
                                  outbox     grades that are to go to a platform, written down with the score
                                  scores     what students reached, kept up with each attempt
                                  courses    rosters, assignments, extensions, the audit log
                                  connecting platforms added, confirmed and let go by the operator
                                  attempts   draw, submit, hint, close, flag; replay and regrade
                                  reports    points by student, statistics by item
                                  passback   grades sent to platforms, rosters fetched from them
                                  keeping    people's data exported, erased, purged; backups
                                  asking     who asks, and the way to exercises and database
                                  downloads  files that they take away
                                  api        the HTTP door
                                  pages      the pages
                                  lti        the door of learning platforms
    the program                   web        the doors put together
                                  serving    a socket, a lock, a signal
                                  cli        the `nabla` command

`tests/test_architecture.py` says which room may import from which.
"""
