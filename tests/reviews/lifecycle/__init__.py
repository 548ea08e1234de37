"""The lifecycle of shipped cases under whatever people do, in whatever order (promise R6).

`machine.py` does things by chance, with what `acting.py` gives it; `looking.py` says what must hold from one
moment to the next; `world.py` is where it happens. `make test` runs a few examples, `python -m
bench.storm.lifecycle` many.
"""
