"""回音: one engine in which a county's working method is data."""

__version__ = "0.1.0"
