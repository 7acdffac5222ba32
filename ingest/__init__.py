"""Documents in, paragraphs out. Imports nothing else of this project."""
