"""The studio: what process owners do with the processes, and who may do it."""
