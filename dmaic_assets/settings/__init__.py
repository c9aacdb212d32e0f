"""Configuration in three tiers, typed."""
