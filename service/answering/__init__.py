"""From a question and ranked paragraphs to a verified, cited answer.

In the order in which they are used, each with its own part of the work:

==================  =====================================================================
:mod:`.asking`      what a question asks for, courtesies taken off
:mod:`.sentences`   which sentences of the paragraphs found answer it, and how well
:mod:`.short`       what in those sentences is the short answer, and how it is said
:mod:`.choice`      which of all that is served, and how sure it is (:mod:`.confidence`)
:mod:`.conflict`    whether paragraphs disagree
:mod:`.compose`     the quote, its citation, the status
:mod:`.verify`      the check before anything is served
==================  =====================================================================

:mod:`.answerer` is the whole way; :mod:`.words` is what the parts know of the two languages: how a thing is
asked for, and how a text tells it.
"""
