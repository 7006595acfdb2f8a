"""What the log remembers: differences between commits, who brought what, undoing a commit, and keeping the log safe.

The log is the only truth here: what a view holds is used for labels, and to tell what other sources say.
"""
