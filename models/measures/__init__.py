"""One number per head: what it looks at, how far, how evenly; with formula and paper.

>>> found = measure(record)
>>> found.value("entropy", layer=0, head=3)
>>> found.tags(layer=0, head=3)
"""
