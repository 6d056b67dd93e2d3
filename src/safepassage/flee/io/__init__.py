"""Reading and checking Flee's scenario folders."""
