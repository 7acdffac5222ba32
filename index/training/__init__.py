"""How the embedded model was made: ``python -m index.training --data FOLDER --out index/model``."""
