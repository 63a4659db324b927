"""The diarist: one diary entry per transcript, with every quote and cite checked in code."""
