"""The transcriber: a recording becomes its transcript."""
