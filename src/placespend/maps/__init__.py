"""Maps of places: what they show in classes and marks, how they are drawn, said in words, and written."""
