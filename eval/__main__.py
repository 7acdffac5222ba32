"""``python -m eval`` is ``rapporteur eval``."""

from eval.cli import app

app(prog_name="rapporteur eval")
