"""The window's experiments: five benches on the opened model, their state in one place.

``state`` is what was chosen and what came out, ``recipes`` turns it into the recipe that a script
would run, ``performing`` runs it off the GUI thread, and ``laboratory`` owns all of that. The
benches draw facts and emit intents.
"""
