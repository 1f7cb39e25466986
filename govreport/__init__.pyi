from .charts import chart_style as chart_style
from .checks import Findings as Findings
from .checks import check as check
from .filing import Filing as Filing
from .filing import Project as Project
from .notebook import Report as Report
from .notebook import Summary as Summary
from .notebook import assert_adds_up as assert_adds_up
from .notebook import assert_between as assert_between
from .notebook import assert_equals as assert_equals
from .notebook import assert_same as assert_same
from .tables import statutory_table as statutory_table
from .tables import table as table

__version__: str
