"""The commands of the command line, a module for each kind. ``placespend.cli`` brings them together.

Each builds something, sets it out as table, CSV or JSON, and prints or writes it. What does the work is imported
inside the command that needs it: all of these modules are read to show any help.
"""
