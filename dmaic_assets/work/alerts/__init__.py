"""What people are told when something happens, and how it reaches them."""
