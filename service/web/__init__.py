"""The web page: hand-written HTML, CSS and ES modules under ``static/``, and what serves them."""
