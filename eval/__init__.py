"""Measures all of it. Nothing imports it."""
