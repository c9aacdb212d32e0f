"""Rules as a contract of the Open Data Contract Standard, and from one."""
