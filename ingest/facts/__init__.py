"""Facts in a paragraph: dates, numbers, references, names and mandates, each with its span."""
