"""The command `daybook`: parses, calls one function per verb, prints."""
