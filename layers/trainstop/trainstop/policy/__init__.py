"""The policy: which findings stop a job, and who is told."""
