"""The documents that come of a review: what each says, and three ways out (Word, print, PDF)."""
