"""A person's classes, and the pages on which teachers look after theirs."""
