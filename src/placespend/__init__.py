"""The single pot of a place: what all public bodies together spend there, right to the penny.

>>> import placespend as ps
>>> ps.single_pot("England")
<Pot England (E92000001) 2011-12: £444,851,287,866.00, 53,012,456 residents, £8,391.45 per head>
"""

import lazy_loader

__version__ = "0.1.0"

# The names live in __init__.pyi; each module is imported when its first name is used.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
