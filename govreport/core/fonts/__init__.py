"""The fonts that come along: files of free faces, subset to the characters that reports use."""

from pathlib import Path

FONTS = Path(__file__).parent
