"""Charts in the report's style: what they show, where it stands, and both forms of SVG."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
