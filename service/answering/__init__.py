"""From a question and ranked paragraphs to a verified, cited answer."""
