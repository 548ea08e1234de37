"""The pages below /studio/: where process owners look at their processes and change them."""
