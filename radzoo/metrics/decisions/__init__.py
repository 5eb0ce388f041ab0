"""What a score is worth where something is done with it: net benefit, deferral, sets of classes."""
