"""From a submission to an outcome."""
