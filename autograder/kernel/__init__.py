"""What a learner's kernel contains: the codec's other end and an IPython shell. It is trusted with nothing."""
