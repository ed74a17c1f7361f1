"""Reading a user's own boundaries: the file, its coordinates, each shape, and its neighbours."""
