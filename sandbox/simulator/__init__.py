"""A SageMaker whose training jobs live, fail and can be stopped: moto's backend with what it lacks before it."""
