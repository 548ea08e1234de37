"""Measures what the product promises: `python -m bench.storm` counts what is lost when processes are killed."""
