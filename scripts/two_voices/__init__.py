"""Makes the recordings of two voices that tests tell apart; no part of the product."""
