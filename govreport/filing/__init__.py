"""Filings: one agency's figures and prose for one year, their files, and the project that contains them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
