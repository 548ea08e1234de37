"""The process owner's side: rehearsing a change, and scenarios in the owner's words."""
