"""The fleet page: every CTQ by stability and capability, and tables by dimension."""
