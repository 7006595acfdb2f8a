"""Which names of different sources mean the same thing: evidence, scores, and the decisions that people keep."""
