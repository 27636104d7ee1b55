"""Lessons: plain files whose steps set the window, ask for one action and speak in live numbers.

``reading`` makes a ``Lesson`` of a TOML file or says in one sentence what is wrong with it;
``words`` fills a text with live numbers, which ``quantities`` takes from a record; ``conditions``
tells when an action was done; ``checking`` proves every claim on the models. The format is
described in docs/lessons.md.
"""
