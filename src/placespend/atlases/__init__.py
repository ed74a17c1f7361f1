"""Atlases: the reports on every place of a level in one folder, with a page that leads to them."""
