"""Writing together: a step whose form says so is written part by part, by several people at once, nothing
lost."""
