"""`baseline`: what classical models reach on the cases of a network."""
