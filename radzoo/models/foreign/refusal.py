"""Why a file was refused: a code that `models.convert` puts into words, and names from it."""


class ForeignRefused(Exception):
    """The file is not read any further.

    Args:
        code: a key of `models.convert.REASONS`.
        names: what in the file it was about; shown to people after being made visible.
    """

    def __init__(self, code: str, *names: str) -> None:
        super().__init__(code)
        self.code = code
        self.names = names
