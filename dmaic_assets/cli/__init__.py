"""The `dmaic` command: one module per command group; nothing heavy is imported at start-up."""
