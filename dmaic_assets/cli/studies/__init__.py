"""Commands of statistical studies."""
