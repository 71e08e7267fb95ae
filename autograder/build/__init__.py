"""Master script to notebooks: an ordered list of one-purpose transformations."""
