"""The pages of uncertainty: all tables, and the columns of one."""
