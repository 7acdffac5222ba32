"""Which sentences of the paragraphs found support an answer, and how well."""
