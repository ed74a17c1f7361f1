"""Reports: what a place's figures are, in one page that opens with no network and says how each figure is known."""
