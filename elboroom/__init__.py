"""What the course's notebooks import: checks, references, plots. It uses the autograder's public interface only."""
