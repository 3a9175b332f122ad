"""Nets in files: written so that no file is ever half new, read without trust in what they say."""
