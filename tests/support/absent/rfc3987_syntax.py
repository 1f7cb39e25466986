"""Stand for a library that comes with JupyterLab; nothing here uses it, and jsonschema would load it for a second."""

raise ImportError("tests do without it, as a machine without JupyterLab does")
