"""Troubled families: what was published of them, estimates for the rest, density, cost and payment by results."""
