"""A user's own measures: counts per area, read from files, checked, and brought to the small areas of 2011."""
