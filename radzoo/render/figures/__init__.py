"""Figures for a paper, drawn by matplotlib from a report: SVG, PDF, PNG at 300 dpi."""

from radzoo.render.figures.draw import FORMATS as FORMATS
from radzoo.render.figures.draw import draw_figures as draw_figures
