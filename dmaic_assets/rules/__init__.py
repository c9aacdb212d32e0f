"""Rules: what a kind of rule means, and how a rule set is compiled, evaluated and exchanged."""
