"""Where people meet the program: each channel receives, asks the service, and sends."""
