"""Paragraphs in, ranked hits out. Imports only ``ingest``."""
