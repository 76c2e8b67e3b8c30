"""Third-party libraries, each behind one file that fulfils one of the core's ports."""
