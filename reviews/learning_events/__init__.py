"""The termly learning event: what it shows, who books a place, who came, what they said (L1, L2, L4)."""
