"""The topics of the stream: one file each, and what follows from them."""
