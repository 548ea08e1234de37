"""What process owners do with processes: each verb with its permission and its trace."""
