"""What goes to learning platforms and comes from them behind the scenes: grades (AGS 2.0) and rosters (NRPS 2.0)."""
