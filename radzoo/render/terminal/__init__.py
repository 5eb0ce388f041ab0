"""A report for the terminal."""

from radzoo.render.terminal.report import render_report as render_report
from radzoo.render.terminal.tables import metrics_table as metrics_table
