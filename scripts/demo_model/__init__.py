"""Makes the bundled demo speech model and the demo recordings out of synthetic speech."""
