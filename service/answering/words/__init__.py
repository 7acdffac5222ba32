"""How a thing is asked for and how a text tells it, in both languages: tables, and patterns over words."""
