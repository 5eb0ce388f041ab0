"""Text that comes from files, made safe to show to people."""


def visible(text: str) -> str:
    """Show control, bidirectional and undecodable characters escaped: a name cannot draw."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)
