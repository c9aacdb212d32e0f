"""OpenLineage: what runs did, as events that catalogs and lineage servers read."""
