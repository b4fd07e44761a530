"""The only places that call AWS: each implements ports."""
