"""What a phenomenon gives: kinds of rules and repairs, causes, and what they are made from."""
