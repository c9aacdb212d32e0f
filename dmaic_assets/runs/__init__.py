"""One trip of the platform over its sources: plan, process files, store, tell what happened."""
