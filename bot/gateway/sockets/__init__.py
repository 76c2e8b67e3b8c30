"""The socket for widgets: answers come by themselves (``docs/socket.md``)."""
