"""Killing the product while it is written to, and counting what is left."""
