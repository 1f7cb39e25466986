from .charts import chart_style as chart_style
from .notebook import Report as Report
from .notebook import Summary as Summary

__version__: str
