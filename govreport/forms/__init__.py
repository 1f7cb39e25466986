"""Editions of the statutory form: data in TOML files, read into frozen objects."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
