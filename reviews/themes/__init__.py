"""Themes over all learning: the register, alerts for a theme that comes back, repeated recommendations, and
learning from elsewhere (I2, I3).
"""
