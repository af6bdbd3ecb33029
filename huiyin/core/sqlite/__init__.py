"""Django's SQLite back end, with writers that take turns."""
