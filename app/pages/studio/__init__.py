"""The studio's pages: processes and their versions, and changes of them."""
