"""A report as one self-contained HTML page: no network, light, dark and printed."""

from radzoo.render.html.data_page import data_page
from radzoo.render.html.gallery import GalleryItem
from radzoo.render.html.page import page

__all__ = ["GalleryItem", "data_page", "page"]
