"""Quantities as users read them."""

from __future__ import annotations

GB = 10**9
"""Bytes in a gigabyte of disk or download, as the Hub counts."""


def amount(number_of_bytes: int) -> str:
    """Return bytes as users read them: "14.8 GB", "254 MB", "3 kB" (1 GB = 10⁹ bytes)."""
    for unit, name, decimals in ((GB, "GB", 1), (10**6, "MB", 0), (10**3, "kB", 0)):
        if number_of_bytes >= 0.9995 * unit:
            return f"{number_of_bytes / unit:.{decimals}f} {name}"
    return f"{number_of_bytes} bytes"
