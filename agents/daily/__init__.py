"""The daily agent: folds a user's entries into the page of the day."""
