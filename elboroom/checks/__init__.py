"""Public checks, one module per unit: every answer is held against its definition."""
