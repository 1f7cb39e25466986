"""Editions of the statutory form: TOML files and the immutable objects for them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
