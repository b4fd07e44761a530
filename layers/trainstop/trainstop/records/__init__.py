"""The forms in which incidents are kept: items of the table, lines of the archive. Nothing here writes."""
