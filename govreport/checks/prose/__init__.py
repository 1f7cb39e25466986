"""Checks on the prose of a filing: rules N."""
