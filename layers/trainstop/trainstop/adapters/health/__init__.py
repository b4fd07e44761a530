"""Reads what the checks of a deployment judge. Nothing here changes anything in AWS."""
