"""Where recordings are fetched from and artefacts are kept."""
