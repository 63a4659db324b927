"""How engines are run and shared: processes of their own, watched; batches, and turns for all."""
