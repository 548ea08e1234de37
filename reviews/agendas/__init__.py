"""The agendas of the Board and its sub-groups: drawn from what waits for them, arranged by those who may."""
