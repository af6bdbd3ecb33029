"""A witness of the log: a program apart, with its own memory and key, that knows nothing of the product."""
