class BenchError(Exception):
    """Something that the bench needs did not happen; the message says what, for people."""


class LoginError(BenchError):
    """A login did not give what it should; it counts as failed."""
