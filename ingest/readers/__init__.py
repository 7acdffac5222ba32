"""A file becomes lines: one module for each format."""
