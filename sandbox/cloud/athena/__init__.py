"""What Athena does and the emulator's DuckDB does not: parameters, Glue types, CloudTrail's format, Trino's names."""
