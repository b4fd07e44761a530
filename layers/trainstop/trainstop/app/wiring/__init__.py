"""Which adapter stands behind which port: one module a function, so that none imports what only another needs."""
