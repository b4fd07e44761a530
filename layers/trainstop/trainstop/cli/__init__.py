"""The command ``trainstop``. What a command needs is imported when it runs, so that ``--help`` comes at once."""
