"""Who somebody is: sessions kept on the server, and the ways to begin one."""
