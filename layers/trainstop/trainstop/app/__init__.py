"""The sequences, each readable in one place, and what wires them to AWS."""
