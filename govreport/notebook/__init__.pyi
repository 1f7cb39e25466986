from .asserting import assert_adds_up as assert_adds_up
from .asserting import assert_between as assert_between
from .asserting import assert_equals as assert_equals
from .asserting import assert_same as assert_same
from .location import EXAMPLE as EXAMPLE
from .location import example_project as example_project
from .report import Report as Report
from .summary import Summary as Summary
