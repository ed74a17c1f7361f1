"""Maps of the figures of places: what can be shown of them, of which places, and how it is drawn or set out."""
