"""What the learner's commands do, one file each."""
