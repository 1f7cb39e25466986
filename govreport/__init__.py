"""govreport: annual reports on government information disclosure, from figures to pages."""

__version__ = "0.1.0"
