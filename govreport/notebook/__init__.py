"""Objects that notebooks call: Report, Summary, the comparison and the editable filing."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
