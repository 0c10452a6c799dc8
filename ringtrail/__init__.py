"""Ringtrail: which advertisement made this person call, and what did that bring in?"""

__version__ = "0.1.0"
