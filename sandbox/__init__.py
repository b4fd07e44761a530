"""trainstop's local cloud: emulators, the SageMaker simulator, scenarios and the inbox."""
