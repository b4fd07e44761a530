"""trainstop: know, stop and explain failed Amazon SageMaker training jobs."""
