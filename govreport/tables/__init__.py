"""Table builders: statutory tables from a filing, analysts' tables from a DataFrame, and their forms."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
