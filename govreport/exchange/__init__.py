"""Other formats in and out: published reports read, the fill-in workbook written and read."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
