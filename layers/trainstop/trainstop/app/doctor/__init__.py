"""What is well with a deployment and what is not: judgements on facts, and the list of checks that ties them to AWS."""
