"""Where engines run: in processes of their own, watched and started anew."""
