"""Python 2 programs on Python 3: translated in memory when they are imported or run.

translating.py   from Python 2's text to Python 3's, by fissix and the fixers beside it
fix_*.py         fixers that fissix lacks, such as division and sorting with `cmp`
names.py         Python 2's built-in functions that translated text calls
executing.py     those of them that execute text
importing.py     `import` in a translated module: implicit relative imports, and what differs there:
cpickle.py       pickles, by latin1
old_csv.py       tables in files that are open for bytes
old_random.py    random numbers by Python 2's seeds
loading.py       finds, caches and executes modules that are translated
notebook.py      translates the cells of a notebook
"""
