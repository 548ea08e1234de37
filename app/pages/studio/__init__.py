"""The pages of process owners, below /studio/."""
