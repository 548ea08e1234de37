"""Long work: asked for on a page, done by a worker, its progress to be left and come back to."""
