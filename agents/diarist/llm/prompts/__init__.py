"""Prompt templates, one folder for each version; a version that was used is never changed."""
