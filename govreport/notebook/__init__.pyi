from .location import EXAMPLE as EXAMPLE
from .location import example_project as example_project
from .report import Report as Report
from .summary import Summary as Summary
