"""Merkle tree of the log (RFC 9162 section 2.1.1), grown leaf by leaf; leaves are hashes already."""

import hashlib


class Tree:
    def __init__(self):
        self.size = 0
        self.peaks = []  # roots of the complete subtrees, the largest first

    def append(self, leaf):
        self.peaks.append(leaf)
        ones = self.size
        while ones & 1:
            right, left = self.peaks.pop(), self.peaks.pop()
            self.peaks.append(_node(left, right))
            ones >>= 1
        self.size += 1

    def root(self):
        """Root in hex; of no leaves SHA-256 of nothing."""
        if not self.peaks:
            return hashlib.sha256(b"").hexdigest()
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = _node(peak, root)
        return root.hex()


def _node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()
