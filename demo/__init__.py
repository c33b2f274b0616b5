"""The invented federation of `make demo`: schools, suppliers and a start page.

Each is a program of its own that stands for other people's software: nothing here imports
`gateway` or `providers`. What is in it: `federation.py`. How it is run: `run.py`. How the whole
chain is driven without a browser: `check.py`.
"""
