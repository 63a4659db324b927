"""Writers that ask a language model: what is asked, what it costs, what becomes of replies."""
