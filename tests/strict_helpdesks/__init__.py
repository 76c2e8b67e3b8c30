"""Helpdesks of the tests' own: strict servers over real sockets, written from what is known."""
