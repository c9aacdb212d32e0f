"""Guides whose commands and recipes are run as they stand there."""
