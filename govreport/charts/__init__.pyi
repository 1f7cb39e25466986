from .analyst import chart_style as chart_style
from .analyst import figure_chart as figure_chart
from .bars import Bars as Bars
from .bars import figures_bars as figures_bars
from .bars import members_bars as members_bars
from .chart import Chart as Chart
from .chart import bar_chart as bar_chart
from .drawing import drawing_address as drawing_address
