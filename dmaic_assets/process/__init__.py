"""The five phases of DMAIC over sources as processes, and the recursion that repeats them."""
