"""What performance is claimed, as commands: see README.md beside this file."""
