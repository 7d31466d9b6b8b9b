"""What can keep the embedded server from running, in words for the person at the keyboard."""


class EmbeddedServerError(Exception):
    """The embedded server cannot do what was asked; the message says what to do about it."""


class ServerInUseError(EmbeddedServerError):
    """Another process works with the server, so it stays."""
