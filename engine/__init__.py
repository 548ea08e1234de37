"""The engine: runs processes drawn in BPMN. Speaks BPMN and knows nothing of safeguarding."""
