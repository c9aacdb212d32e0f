"""Tests of the repository itself: architecture, documents, setup."""
