"""What each kind of document says, made of what its reader may see."""
