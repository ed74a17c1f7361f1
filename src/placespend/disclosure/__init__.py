"""Disclosure control: what of a user's own counts may be shown, so that no small count can be worked out."""
