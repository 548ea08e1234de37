"""Measures what the product promises. `python -m bench.storm`: what is lost when processes are killed."""
