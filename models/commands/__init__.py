"""What can be asked for on the command line, without a display and without Qt."""
