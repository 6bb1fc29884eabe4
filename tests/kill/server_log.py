"""What a server has written so far."""

import os


def text_of(log):
    """`log`: the file that the server was given. Not by seek() and read(): the server writes where
    this descriptor stands."""
    return os.pread(log.fileno(), os.fstat(log.fileno()).st_size, 0).decode(errors="replace")
