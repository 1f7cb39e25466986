"""Build statutory tables from a filing and analysts' tables from a DataFrame; write them as HTML, text or JSON."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
