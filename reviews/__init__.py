"""Multi-agency learning reviews in the domain's own words: who may see and do what, what is kept and sent.

This package speaks safeguarding reviews; it knows the engine's face and the forms, and no HTTP.
"""
