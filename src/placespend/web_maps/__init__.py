"""Maps for a browser: one file that opens with no network, for the mouse, the keyboard and screen readers."""
