"""The offline writer: rules, ranking and nothing that has to be downloaded or paid for."""
